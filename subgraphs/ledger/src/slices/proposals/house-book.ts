import { uuidOfText } from "../../engine/idempotency.ts";

/** The tenant's own book: it has no fund, and holds what the tenant decides for all of them. */
export const houseBookOf = (tenantId: string): string => uuidOfText(`house ${tenantId}`);
