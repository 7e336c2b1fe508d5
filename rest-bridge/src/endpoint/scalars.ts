import { isCalendarDate } from "@allfunds/platform/dates";
import { isId } from "@allfunds/platform/ids";
import { z } from "zod";

const text = (expected: string) => z.string({ error: `must be ${expected}` });

export const id = (description: string) =>
  text("a UUID").toLowerCase().refine(isId, "must be a UUID").meta({ format: "uuid", description });

export const date = (description: string) =>
  text("an existing calendar date, YYYY-MM-DD")
    .refine(isCalendarDate, "must be an existing calendar date, YYYY-MM-DD")
    .meta({ format: "date", description });

export const instant = (description: string) =>
  z.string().meta({ format: "date-time", description: `${description} UTC, RFC 3339.` });

export const futureInstant = (description: string) =>
  text("an RFC 3339 instant in UTC such as 2026-01-31T12:00:00Z")
    .refine(isInstant, "must be an RFC 3339 instant in UTC such as 2026-01-31T12:00:00Z")
    .meta({ format: "date-time", description: `${description} UTC, RFC 3339; lies ahead.` });

const isInstant = (sent: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/.test(sent) &&
  !Number.isNaN(Date.parse(sent));

/** A decimal in a request. It stays text here; the ledger validates it in the currency of the account. */
export const amount = (description: string) =>
  text('a string such as "100.00"')
    .min(1)
    .max(64)
    .meta({ description: `${description} A decimal string, never a JSON number, no exponent.` });

/** A decimal in an answer. */
export const decimal = (description: string) =>
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .meta({ description });

export const currency = (description: string) =>
  text("a currency code")
    .regex(
      /^([A-Z]{3}|[A-Z][A-Z0-9]{0,15}\/([0-9]|1[0-8]))$/,
      "must be an ISO 4217 code such as EUR, or an asset with its decimals such as BTC/8",
    )
    .meta({ description: `${description} ISO 4217.` });

/** An integer in a query string, where every value is text. */
export const integer = (
  { min, max }: { readonly min: number; readonly max: number },
  description: string,
) =>
  z
    .preprocess(
      (sent) => (typeof sent === "string" && /^\d{1,16}$/.test(sent) ? Number(sent) : sent),
      z
        .int({ error: `must be an integer from ${min} to ${max}` })
        .min(min)
        .max(max),
    )
    .meta({ description });

/** A number in a query string, where every value is text. */
export const number = (
  { above, below }: { readonly above: number; readonly below: number },
  description: string,
) =>
  z
    .preprocess(
      (sent) =>
        typeof sent === "string" && /^-?\d{1,16}(\.\d{1,16})?$/.test(sent) ? Number(sent) : sent,
      z
        .number({ error: `must be a number above ${above} and below ${below}` })
        .gt(above)
        .lt(below),
    )
    .meta({ description });

/** A truth value in a query string, where every value is text. */
export const flag = (description: string) =>
  z
    .preprocess(
      (sent) => (sent === "true" ? true : sent === "false" ? false : sent),
      z.boolean({ error: "must be true or false" }),
    )
    .meta({ description });

export const PRICE_INTERVALS = ["POINT", "HOUR", "DAY", "WEEK", "MONTH"] as const;

/** What the prices of an instrument are put together to. */
export const priceInterval = (description: string) =>
  z
    .enum(PRICE_INTERVALS, { error: `must be one of ${PRICE_INTERVALS.join(", ")}` })
    .meta({ description: `${description} DAY when absent.` });

/** Several of some names in a query string, separated by commas. */
export const listOf = <Name extends string>(names: readonly Name[], description: string) =>
  z
    .preprocess(
      (sent) => (typeof sent === "string" ? sent.split(",") : sent),
      z.array(z.enum(names, { error: `must be names of ${names.length} known ones` })).min(1),
    )
    .meta({ description: `${description} Separated by commas.` });

export const cursor = (description: string) =>
  text("a cursor of an earlier answer")
    .regex(/^[\w-]{1,512}$/, "must be a cursor of an earlier answer")
    .meta({ description });

export const money = z
  .object({
    amount: decimal("Exact decimal amount with the currency's own number of decimals."),
    currency: currency("Its currency."),
  })
  .meta({
    id: "Money",
    description: "An amount of money.",
    examples: [{ amount: "1234.56", currency: "EUR" }],
  });
export const side = z
  .enum(["DEBIT", "CREDIT"], { error: "must be DEBIT or CREDIT" })
  .meta({ description: "Side of the account that the entry is on." });
