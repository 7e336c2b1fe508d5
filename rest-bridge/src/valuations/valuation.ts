import { z } from "zod";
import { currency, date, decimal, id, instant } from "../endpoint/scalars.ts";
import { columnsOf } from "../endpoint/table.ts";
import type { RestNavsQuery, ValuationFieldsFragment } from "../graph/graph-types.generated.ts";

export const VALUATION_STATES = [
  "PREVIEW",
  "STALE",
  "PUBLISHED",
  "SUPERSEDED",
  "DISCARDED",
] as const;

const valuationClass = z
  .object({
    classId: id("The share class."),
    code: z.string().meta({ description: "Code of the class." }),
    units: decimal("Units in issue before the dealing of the NAV date."),
    navPerUnit: decimal(
      "In the currency of the class; null when no units are in issue.",
    ).nullable(),
    currency: currency("Currency of the class."),
    netAssets: decimal("Net assets of the class in its currency."),
    netAssetsBase: decimal("The same in the fund's base currency."),
    commonShare: decimal("Its share of the common result, in the base currency."),
    fees: decimal("Its own fees since the last NAV, in the base currency."),
    result: decimal("Its result since the last NAV, in the base currency."),
  })
  .meta({ id: "ValuationClass", description: "A share class in a valuation." });

const valuationCheck = z
  .object({
    kind: z.string().meta({ description: "Which check: `PRICE_STALE`, `NAV_MOVED`." }),
    severity: z
      .enum(["WARNING", "BLOCKING"])
      .meta({ description: "Whether it keeps the NAV from being published." }),
    threshold: z.string().nullable().meta({ description: "Days, or a share of one." }),
    count: z.int().meta({ description: "How many rows there are." }),
    rows: z
      .array(z.object({ subject: z.string(), found: z.string() }))
      .meta({ description: "The first 100 of them." }),
  })
  .meta({ id: "ValuationCheck", description: "A check that found something." });

export const valuation = z
  .object({
    id: id("The valuation."),
    fundId: id("The fund."),
    navDate: date("The day the NAV is for."),
    state: z.enum(VALUATION_STATES).meta({ description: "How far it has come." }),
    since: date("NAV date of the valuation before.").nullable(),
    currency: currency("Base currency; null while a price or rate is missing.").nullable(),
    netAssets: decimal(
      "Assets less liabilities; null while a price or rate is missing.",
    ).nullable(),
    commonResult: decimal("Result since the last NAV that all classes share.").nullable(),
    classes: z.array(valuationClass).meta({ description: "Its classes by code." }),
    fees: z
      .array(
        z.object({
          kind: z.string().meta({ description: "MANAGEMENT, ADMINISTRATION or CUSTODY." }),
          classId: id("The class; null for the whole fund.").nullable(),
          amount: decimal("Accrued since the last NAV, in the base currency."),
        }),
      )
      .meta({ description: "Fees that it accrues." }),
    rates: z
      .array(
        z.object({
          currency: currency("Foreign currency."),
          units: decimal("Units of it for `per` units of the base currency."),
          per: decimal("1, but for a cross or turned rate."),
          date: date("The day it is of."),
        }),
      )
      .meta({ description: "Exchange rates that it used." }),
    checks: z.array(valuationCheck).meta({ description: "Checks that found something." }),
    supersedes: id("Of one that restates: the valuation whose NAV was wrong.").nullable(),
    reason: z.string().nullable().meta({ description: "Of one that restates: why." }),
    readAt: z.int().meta({ description: "Position of the book up to which it was read." }),
    inputsHash: z.string().meta({ description: "SHA-256 of its inputs, hexadecimal." }),
    calculatedAt: instant("When it was calculated."),
    decidedAt: instant("When it was published or discarded.").nullable(),
  })
  .meta({ id: "Valuation", description: "What the NAV of a date is, and what it rests on." });
export type Valuation = z.output<typeof valuation>;
export const VALUATION_COLUMNS = columnsOf<Valuation>(valuation);

export const toValuation = ({ fund, ...data }: ValuationFieldsFragment): Valuation => ({
  ...data,
  fundId: fund.id,
  currency: data.netAssets?.currency ?? null,
  netAssets: data.netAssets?.amount ?? null,
  commonResult: data.commonResult?.amount ?? null,
  classes: data.classes.map(({ netAssets, netAssetsBase, ...one }) => ({
    ...one,
    currency: netAssets.currency,
    netAssets: netAssets.amount,
    netAssetsBase: netAssetsBase.amount,
    commonShare: one.commonShare.amount,
    fees: one.fees.amount,
    result: one.result.amount,
  })),
  fees: data.fees.map(({ amount, ...fee }) => ({ ...fee, amount: amount.amount })),
  supersedes: data.supersedes?.id ?? null,
});

/** The address of a valuation. */
export const valuationLocation = (valuationId: string): string =>
  `/api/v1/valuations/${valuationId}`;

export const nav = z
  .object({
    classId: id("The share class."),
    isin: z.string().meta({ description: "ISIN of the class." }),
    navDate: date("The day it is for."),
    navPerUnit: decimal(
      "In the currency of the class; null when no units were in issue.",
    ).nullable(),
    currency: currency("Currency of the class."),
    units: decimal("Units in issue before the dealing of that day."),
    netAssets: decimal("Net assets of the class in its currency."),
    position: z.int().meta({ description: "Position of the event that published it." }),
    valuationId: id("The valuation behind it."),
  })
  .meta({ id: "Nav", description: "A published NAV of a share class." });
export type Nav = z.output<typeof nav>;
export const NAV_COLUMNS = columnsOf<Nav>(nav);

type ClassOfNavs = NonNullable<RestNavsQuery["shareClass"]>;

export const toNav =
  ({ id: classId, isin }: Pick<ClassOfNavs, "id" | "isin">) =>
  ({
    netAssets,
    valuation: { id: valuationId },
    ...data
  }: ClassOfNavs["navs"]["nodes"][number]): Nav => ({
    ...data,
    classId,
    isin,
    currency: netAssets.currency,
    netAssets: netAssets.amount,
    valuationId,
  });
