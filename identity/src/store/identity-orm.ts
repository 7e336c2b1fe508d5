import type { GrantedOrm } from "@allfunds/platform/tenancy";

/** The object mapper of this service's reads. */
export type IdentityOrm = GrantedOrm<typeof import("./entities.ts")>;
