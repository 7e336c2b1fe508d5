import type { Caller } from "@allfunds/platform/auth";
import type { Origin } from "../audit/audit-event.ts";

/** Who manages, for which tenant, from where, and when. */
export interface Manager {
  readonly tenantId: string;
  readonly actorId: string;
  readonly actorKind: "USER" | "CLIENT" | "SYSTEM";
  /** Of an API client: the user who made it. */
  readonly ownerId?: string | undefined;
  readonly factors: readonly string[];
  readonly scopes: readonly string[];
  readonly funds: Caller["funds"];
  readonly origin: Origin;
  readonly now: Date;
}
