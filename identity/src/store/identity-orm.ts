import type { GrantedOrm } from "@allfunds/platform/tenancy";
import type * as entities from "./entities.ts";

/** The object mapper of this service's reads. */
export type IdentityOrm = GrantedOrm<typeof entities>;
