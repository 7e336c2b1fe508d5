import { code as findCurrency } from "currency-codes";
import { AppError } from "../errors.ts";

// The table is searched from the top, too slow for every amount of a batch.
const scales = new Map<string, number>();

/** Decimals of an ISO 4217 currency, from the pinned ISO table (Intl differs for 29 codes). */
export function currencyScale(currency: string): number {
  const known = scales.get(currency);
  if (known !== undefined) return known;
  const record = /^[A-Z]{3}$/.test(currency) ? findCurrency(currency) : undefined;
  if (record === undefined) {
    throw new AppError(
      "INVALID_INPUT",
      `"${currency.slice(0, 12)}" is not an ISO 4217 currency code`,
      {
        violations: [{ path: "currency", message: "must be an ISO 4217 code such as EUR" }],
      },
    );
  }
  scales.set(currency, record.digits);
  return record.digits;
}
