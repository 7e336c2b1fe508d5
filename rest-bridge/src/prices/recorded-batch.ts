import { z } from "zod";
import { id } from "../endpoint/scalars.ts";

export const recordedBatch = z
  .object({
    batchId: id("The batch."),
    count: z.int().meta({ description: "How many records." }),
  })
  .meta({ id: "RecordedBatch", description: "Records that were stored together." });

export const source = z
  .string()
  .min(1)
  .max(40)
  .meta({ description: "Who gave it, 1 to 40 characters: `ECB`." });

export const recordPosition = {
  position: z.int().meta({ description: "Position of its event in its book." }),
  line: z.int().meta({ description: "Its place in that event, from 0." }),
};
