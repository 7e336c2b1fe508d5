import { textOf } from "../forms/form-data.ts";
import type {
  AdministerFundInput,
  FeeInput,
  FundTermsFactsFragment,
  LotMethod,
  OpenShareClassInput,
  TransactionCosts,
  ValuationFrequency,
} from "../graph/graph-types.generated.ts";

export const FREQUENCIES = [
  ["DAILY", "word.frequency.DAILY"],
  ["WEEKLY", "word.frequency.WEEKLY"],
  ["SEMI_MONTHLY", "word.frequency.SEMI_MONTHLY"],
  ["MONTHLY", "word.frequency.MONTHLY"],
] as const;
export const LOT_METHODS = [
  ["FIFO", "word.lots.FIFO"],
  ["LIFO", "word.lots.LIFO"],
  ["HIFO", "word.lots.HIFO"],
  ["AVERAGE", "word.lots.AVERAGE"],
  ["SPECIFIC", "word.lots.SPECIFIC"],
] as const;
export const COSTS = [
  ["EXPENSE", "word.costs.EXPENSE"],
  ["CAPITALISE", "word.costs.CAPITALISE"],
] as const;

/** A flat rate of a year, of days by 365; null for none. What is no number is left to the ledger. */
function flatFee(rate: string): FeeInput | null {
  if (rate === "") return null;
  return { tiers: [{ from: "0", rate }], dayCount: "ACT_365F" };
}

/** Whether a form of one rate shows all of a fee. */
export const isFlat = (fee: FundTermsFactsFragment["administrationFee"]): boolean =>
  fee === null || (fee.tiers.length === 1 && fee.dayCount === "ACT_365F");

/** Reads a count. What is no whole number is sent as -1, which the ledger refuses with the range. */
function countOf(form: FormData, name: string): number | undefined {
  const text = textOf(form, name);
  if (text === "") return undefined;
  return /^\d{1,6}$/.test(text) ? Number(text) : -1;
}

/** Words, days or names with commas or spaces between them. */
const listOf = (form: FormData, name: string, separator: RegExp): string[] =>
  textOf(form, name)
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== "");

/**
 * Reads the terms of a fund. A fee with tiers has no field, and stays as it is.
 * An empty limit is none; an empty count stays as it is.
 */
export function readTerms(form: FormData, fundId: string): AdministerFundInput {
  return {
    fundId,
    effectiveFrom: textOf(form, "effectiveFrom"),
    lei: textOf(form, "lei") || null,
    holidays: listOf(form, "holidays", /[\s,;]+/),
    valuationFrequency: textOf(form, "valuationFrequency") as ValuationFrequency,
    cutOffTime: textOf(form, "cutOffTime"),
    timeZone: textOf(form, "timeZone"),
    noticeDays: countOf(form, "noticeDays"),
    settlementDays: countOf(form, "settlementDays"),
    navDecimals: countOf(form, "navDecimals"),
    unitDecimals: countOf(form, "unitDecimals"),
    lotMethod: textOf(form, "lotMethod") as LotMethod,
    transactionCosts: textOf(form, "transactionCosts") as TransactionCosts,
    shortSales: form.has("shortSales"),
    financialYearEnd: textOf(form, "financialYearEnd") || undefined,
    ...(form.has("administrationFee")
      ? { administrationFee: flatFee(textOf(form, "administrationFee")) }
      : {}),
    ...(form.has("custodyFee") ? { custodyFee: flatFee(textOf(form, "custodyFee")) } : {}),
    priceSources: listOf(form, "priceSources", /,/),
    stalePriceDays: countOf(form, "stalePriceDays"),
    staleRateDays: countOf(form, "staleRateDays"),
    priceMoveLimit: textOf(form, "priceMoveLimit") || null,
    navMoveLimit: textOf(form, "navMoveLimit") || null,
    materialityLimit: textOf(form, "materialityLimit") || undefined,
    idempotencyKey: textOf(form, "idempotencyKey"),
  };
}

/** Reads a share class to open. What is left empty is the ledger's default. */
export function readShareClass(form: FormData, fundId: string): OpenShareClassInput {
  const entryRate = textOf(form, "entryCharge");
  return {
    fundId,
    code: textOf(form, "code").toUpperCase(),
    name: textOf(form, "name"),
    isin: textOf(form, "isin").toUpperCase(),
    currency: textOf(form, "currency").toUpperCase() || undefined,
    launchDate: textOf(form, "launchDate"),
    launchPrice: textOf(form, "launchPrice"),
    distribution: textOf(form, "distribution") === "DISTRIBUTING" ? "DISTRIBUTING" : "ACCUMULATING",
    managementFee: flatFee(textOf(form, "managementFee")),
    ...(entryRate === ""
      ? {}
      : {
          entryCharge: {
            rate: entryRate,
            to: textOf(form, "entryChargeTo") === "CLASS" ? "CLASS" : "DISTRIBUTOR",
          },
        }),
    exitChargeRate: textOf(form, "exitChargeRate") || undefined,
    minimumInitial: textOf(form, "minimumInitial") || undefined,
    minimumFurther: textOf(form, "minimumFurther") || undefined,
    idempotencyKey: textOf(form, "idempotencyKey"),
  };
}
