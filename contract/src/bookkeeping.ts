import { z } from "zod";
import { envelope } from "./event-envelope.ts";

/** What the ledger publishes of an accountant's work beside postings. Amounts are decimal strings. */

/** Values by dimension. */
export const entryDimensions = z.record(z.string(), z.string());

/** Payloads of these events, by type. */
export const bookkeepingPayloads = {
  /** A journal is posted by this template from now on, again and again; whole, with all of its members. */
  JournalTemplateSet: z.object({
    fundId: z.string(),
    templateId: z.string(),
    /** 1, 2, 3 … of the template. */
    version: z.number().int(),
    /** Who answers for what it posts: who set this version, and who owns that API client where it is known. */
    maker: z.string(),
    makerOwner: z.string().optional(),
    name: z.string(),
    description: z.string(),
    metadata: z.record(z.string(), z.unknown()),
    entries: z.array(
      z.object({
        accountId: z.string(),
        side: z.enum(["DEBIT", "CREDIT"]),
        /** One of the three: a fixed amount, so many percent of an account's balance, or what the others lack. */
        amount: z.string().optional(),
        percent: z.string().optional(),
        ofAccountId: z.string().optional(),
        dimensions: entryDimensions.optional(),
      }),
    ),
    frequency: z.enum(["WEEKLY", "MONTHLY", "QUARTERLY", "YEARLY"]),
    dayOfMonth: z.number().int().nullable(),
    firstDate: z.string(),
    lastDate: z.string().nullable(),
    /** Days before it are not posted by this version. */
    runsFrom: z.string(),
    reversal: z.enum(["NEXT_DAY", "NEXT_MONTH"]).nullable(),
    isPaused: z.boolean(),
  }),
  /** The next day of a template is left out. */
  JournalRunSkipped: z.object({
    fundId: z.string(),
    templateId: z.string(),
    date: z.string(),
    reason: z.string(),
  }),
  /** Value dates farther from today than so many calendar days have to be confirmed from now on. */
  ValueDateLimitsSet: z.object({
    fundId: z.string(),
    daysBehind: z.number().int(),
    daysAhead: z.number().int(),
    /** The rules for changes of controls judged it; absent in events of earlier versions. */
    judged: z.literal(true).optional(),
    limitsAt: z.number().int().optional(),
    secondAdministrator: z.boolean().optional(),
  }),
  /** A counterparty of a fund is known so from now on; whole. */
  CounterpartySet: z.object({
    fundId: z.string(),
    counterpartyId: z.string(),
    /** 1, 2, 3 … of the counterparty. */
    version: z.number().int(),
    name: z.string(),
    ibans: z.array(z.string()),
    note: z.string().nullable(),
    isClosed: z.boolean(),
  }),
  /** A dimension of the tenant's entries is so from now on; whole, but for its values. */
  DimensionSet: z.object({
    /** Null: dimensions are the tenant's. */
    fundId: z.null(),
    /** Its name in entries. */
    dimension: z.string(),
    /** 1, 2, 3 … of the dimension. */
    version: z.number().int(),
    name: z.string(),
    /** False when new entries carry it no longer. */
    isActive: z.boolean(),
    /** Entries on accounts of these types, or whose code begins so, need a value of it. */
    requiredTypes: z.array(z.enum(["ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE"])),
    requiredCodes: z.array(z.string()),
  }),
  /** Values of a dimension are so from now on; the others stay. */
  DimensionValuesSet: z.object({
    fundId: z.null(),
    dimension: z.string(),
    values: z.array(z.object({ value: z.string(), name: z.string(), isActive: z.boolean() })),
  }),
  /** A file belongs to a transaction; its bytes are stored outside of the book, by their hash. */
  FileAttached: z.object({
    attachmentId: z.string(),
    fundId: z.string(),
    transactionId: z.string(),
    name: z.string(),
    mediaType: z.enum([
      "application/pdf",
      "image/png",
      "image/jpeg",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "application/xml",
      "text/csv",
      "text/plain",
    ]),
    /** Bytes. */
    size: z.number().int(),
    /** SHA-256 of the bytes, in hexadecimal. */
    sha256: z.string(),
  }),
  /** A user commented on a transaction. */
  CommentAdded: z.object({
    commentId: z.string(),
    fundId: z.string(),
    transactionId: z.string(),
    text: z.string(),
  }),
};

export type JournalTemplateSet = z.infer<typeof bookkeepingPayloads.JournalTemplateSet>;
export type CounterpartySet = z.infer<typeof bookkeepingPayloads.CounterpartySet>;
export type DimensionSet = z.infer<typeof bookkeepingPayloads.DimensionSet>;
export type DimensionValuesSet = z.infer<typeof bookkeepingPayloads.DimensionValuesSet>;
export type FileAttached = z.infer<typeof bookkeepingPayloads.FileAttached>;
export type CommentAdded = z.infer<typeof bookkeepingPayloads.CommentAdded>;

/** The same with their envelopes. */
export const bookkeepingEvents = [
  envelope.extend({
    type: z.literal("CounterpartySet"),
    payload: bookkeepingPayloads.CounterpartySet,
  }),
  envelope.extend({ type: z.literal("DimensionSet"), payload: bookkeepingPayloads.DimensionSet }),
  envelope.extend({
    type: z.literal("DimensionValuesSet"),
    payload: bookkeepingPayloads.DimensionValuesSet,
  }),
  envelope.extend({
    type: z.literal("JournalTemplateSet"),
    payload: bookkeepingPayloads.JournalTemplateSet,
  }),
  envelope.extend({
    type: z.literal("JournalRunSkipped"),
    payload: bookkeepingPayloads.JournalRunSkipped,
  }),
  envelope.extend({
    type: z.literal("ValueDateLimitsSet"),
    payload: bookkeepingPayloads.ValueDateLimitsSet,
  }),
  envelope.extend({
    type: z.literal("FileAttached"),
    payload: bookkeepingPayloads.FileAttached,
  }),
  envelope.extend({
    type: z.literal("CommentAdded"),
    payload: bookkeepingPayloads.CommentAdded,
  }),
] as const;
