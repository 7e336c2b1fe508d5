import { code as findCurrency } from "currency-codes";
import { AppError } from "../errors.ts";

// The library searches its table from the top, which is too slow for each amount of a batch.
const scales = new Map<string, number>();

// Letters and digits, a slash, the number of decimals: no ISO 4217 code contains a slash.
const ASSET = /^[A-Z][A-Z0-9]{0,15}\/(0|[1-9]|1[0-8])$/;

/**
 * The number of decimals of a currency or an asset. A currency's comes from the pinned ISO 4217 table
 * (Intl differs for 29 codes). An asset's code carries it: `BTC/8`, `ETH/18`, `SHARES/0`.
 */
export function currencyScale(currency: string): number {
  const cached = scales.get(currency);
  if (cached !== undefined) return cached;
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
