export { carryTenant, dropTenant, setTenant } from "./carry-tenant.ts";
export { grantsOf, type Grants } from "@allfunds/contract/caller";
export { openOrm, type GrantedOrm, type TenantOrm } from "./orm.ts";
export { forRequests } from "./request-pool.ts";
export {
  acrossTenants,
  enforceGrants,
  enforceTenancy,
  grantRule,
  narrowToTenant,
  TENANT_RULE,
} from "./row-level-security.ts";
export {
  TenantPool,
  type GrantedReads,
  type ReadOptions,
  type TenantParameters,
  type TenantReads,
} from "./tenant-pool.ts";
