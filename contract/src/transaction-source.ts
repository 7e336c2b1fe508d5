import { z } from "zod";

/** Where a transaction came from. */
export const transactionSource = z.object({
  kind: z.enum([
    "API",
    "STATEMENT",
    "ADJUSTMENT",
    "CAPTURE",
    "REVERSAL",
    "OPENING",
    "ADMINISTRATION",
    "CLOSING",
    "REOPENING",
    "RECURRING",
    "ACCRUAL",
  ]),
  /** For RECURRING: the journal template, and its day. */
  templateId: z.string().optional(),
  date: z.string().optional(),
  /** The value date of the reversal that follows by itself. */
  reversesOn: z.string().optional(),
  /** Of a posting with `reversesOn`: who owns the API client that posted it, where that is known. */
  owner: z.string().optional(),
  /** For a CLOSING of a year: position of the book at which its balances were read. */
  readAt: z.number().int().optional(),
  /** For a REOPENING: the closing that it takes back. */
  reopens: z.string().optional(),
  secondAdministrator: z.boolean().optional(),
  /** For a CAPTURE: the hold it captures. */
  holdId: z.string().optional(),
  /** For a REVERSAL: the transaction it reverses. */
  reverses: z.string().optional(),
  importId: z.string().optional(),
  counterparty: z.string().optional(),
  /** For ADMINISTRATION: the fact of the fund's administration that it follows from, and its id. */
  fact: z.string().optional(),
  factId: z.string().optional(),
});
