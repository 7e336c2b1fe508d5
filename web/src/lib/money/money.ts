import { addDecimals, parseDecimal, printDecimal, ZERO } from "./decimal.ts";

/** An amount as the graph gives it: a decimal string and an ISO 4217 code. */
export interface Money {
  amount: string;
  currency: string;
}

/** Exact totals, one per currency, in the order in which the currencies first appear. */
export function totalsByCurrency(amounts: Iterable<Money>): Money[] {
  const totals = new Map<string, string>();
  for (const { amount, currency } of amounts) {
    const sum = addDecimals(
      parseDecimal(totals.get(currency) ?? "0") ?? ZERO,
      parseDecimal(amount) ?? ZERO,
    );
    totals.set(currency, printDecimal(sum));
  }
  return [...totals].map(([currency, amount]) => ({ amount, currency }));
}

/** -1, 0 or 1; an amount that cannot be read counts as zero. */
export function signOf(amount: string): -1 | 0 | 1 {
  const units = parseDecimal(amount)?.units ?? 0n;
  if (units === 0n) return 0;
  return units < 0n ? -1 : 1;
}
