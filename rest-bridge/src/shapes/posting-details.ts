import { z } from "zod";

/** What a client may keep with whatever it writes. */
export const description = (meaning: string) =>
  z.string().min(1).max(500).meta({ description: meaning });

export const reference = z
  .string()
  .min(1)
  .max(140)
  .nullable()
  .optional()
  .meta({ description: "Your reference." });

export const metadata = z
  .record(z.string(), z.unknown())
  .optional()
  .meta({ description: "Whatever you keep with it: JSON, at most 16,384 characters." });
