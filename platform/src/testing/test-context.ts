import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { DEMO_TENANT_ID, newTraceId, type RequestContext } from "../context.ts";

/** A request context with every scope at a fixed time; a test overrides the fields it checks. */
export const testContext = (overrides: Partial<RequestContext> = {}): RequestContext => ({
  tenantId: DEMO_TENANT_ID,
  actor: "test",
  scopes: ALL_SCOPES,
  traceId: newTraceId(),
  now: new Date("2026-06-30T12:00:00.000Z"),
  idempotencyKey: undefined,
  ...overrides,
});
