import { z } from "zod";
import { date, decimal, id, integer } from "../endpoint/scalars.ts";
import { reportLine, withoutDimensions } from "./report-line.ts";

const { value, code, name, type, currency } = reportLine.shape;

export const comparedLine = z
  .object({
    value,
    level: z.int().optional().meta({
      description:
        "1 for an account without a parent, 2 beneath it; absent with `dimension` and of cash flows.",
    }),
    accountId: id("The account."),
    code,
    name,
    type,
    currency,
    activity: z
      .enum(["OPERATING", "INVESTING", "FINANCING"])
      .optional()
      .meta({ description: "Of a cash flow: the part of the statement." }),
    amounts: z
      .array(decimal("On the account's normal side; of a cash flow, positive came in."))
      .meta({ description: "One for each column, in order." }),
  })
  .meta({ id: "ComparedLine", description: "An account in several columns." });
export type ComparedLine = z.output<typeof comparedLine>;

export const comparedColumn = z
  .object({
    from: date("First value date; null of a report of a day.").nullable(),
    to: date("Last value date."),
  })
  .meta({ id: "ComparedColumn", description: "The days of a column." });
export type ComparedColumn = z.output<typeof comparedColumn>;

const DAY = String.raw`\d{4}-\d{2}-\d{2}`;
const listOf = (part: string): RegExp => new RegExp(`^${part}(?:,${part}){1,12}$`);

/** The parameters of a comparative report. */
export const comparedQuery = z.strictObject({
  fundId: id("The fund."),
  classId: id(
    "Only this share class's parts of trial balances or balance sheets, by the hierarchy of the chart.",
  ).optional(),
  days: z.string().regex(listOf(DAY)).optional().meta({
    description: "Of a trial balance or balance sheet: 2 to 13 days, separated by commas.",
  }),
  periods: z
    .string()
    .regex(listOf(String.raw`${DAY}\.\.${DAY}`))
    .optional()
    .meta({
      description:
        "Of an income statement or cash flow: 2 to 13 periods `2026-01-01..2026-03-31`, separated by commas.",
    }),
  depth: integer({ min: 1, max: 20 }, "Levels of the chart to show; all when absent.").optional(),
  dimension: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "By the values of this dimension instead of the hierarchy." }),
  without: withoutDimensions,
  method: z
    .enum(["DIRECT", "INDIRECT"])
    .optional()
    .meta({ description: "Of a cash flow: how it is made; DIRECT when absent." }),
  knownAt: integer(
    { min: 0, max: Number.MAX_SAFE_INTEGER },
    "As known at this position of the book; at its end when absent.",
  ).optional(),
});
export type ComparedWanted = z.output<typeof comparedQuery>;
