import { z } from "zod";

/** What every event has beside its type and payload. */
export const envelope = z.object({
  tenantId: z.string(),
  fundId: z.string(),
  position: z.number().int().positive(),
  recordedAt: z.string(),
});
