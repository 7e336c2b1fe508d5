import type { RequestContext } from "@allfunds/platform/context";

export const benchContext = (tenantId: string): RequestContext => ({
  tenantId,
  actor: "bench",
  scopes: [],
  traceId: "0".repeat(32),
  now: new Date(),
  idempotencyKey: undefined,
});
