import { code as findCurrency } from "currency-codes";
import { AppError } from "../errors.ts";

// The table is searched from the top, too slow for every amount of a batch.
const scales = new Map<string, number>();

// Letters and digits, then the number of decimals: no code of ISO 4217 has a stroke.
const ASSET = /^[A-Z][A-Z0-9]{0,15}\/(0|[1-9]|1[0-8])$/;

/**
 * Decimals of an ISO 4217 currency, from the pinned ISO table (Intl differs for 29 codes), or of any
 * other asset, whose code says it: `BTC/8`, `ETH/18`, `SHARES/0`. So every reader knows it without asking.
 */
export function currencyScale(currency: string): number {
  const known = scales.get(currency);
  if (known !== undefined) return known;
  const decimals = ASSET.exec(currency)?.[1];
  if (decimals !== undefined) return Number(decimals);
  const record = /^[A-Z]{3}$/.test(currency) ? findCurrency(currency) : undefined;
  if (record === undefined) {
    throw new AppError(
      "INVALID_INPUT",
      `"${currency.slice(0, 12)}" is neither an ISO 4217 currency code nor an asset code`,
      {
        violations: [
          {
            path: "currency",
            message:
              "must be an ISO 4217 code such as EUR, or an asset with its decimals such as BTC/8",
          },
        ],
      },
    );
  }
  scales.set(currency, record.digits);
  return record.digits;
}
