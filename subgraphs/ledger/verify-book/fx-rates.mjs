import { refuse } from "./fault.mjs";
import { divideHalfEven, toScaled } from "./values.mjs";

const MAX_RATE_DECIMALS = 18;

/** One minor unit of either currency is rounding; more is another rate. */
const isNear = (one, other) => one - other <= 1n && other - one <= 1n;

/** What was exchanged agrees with the rates, and is no more than the entries move. */
export function checkRates(book, { fx, source }, debits) {
  if (source.kind !== "API") refuse("RATE", `a ${source.kind} exchanges nothing`);
  for (const { base, quote, rate, scale, baseAmount, quoteAmount } of fx) {
    const decimals = toScaled(rate);
    if (base === quote || decimals.unscaled <= 0n) refuse("RATE", "that is no exchange");
    if (decimals.scale !== scale || scale > MAX_RATE_DECIMALS) {
      refuse("RATE", `the scale of the rate ${rate} is not ${scale}`);
    }
    const baseMinor = exchanged(book, base, baseAmount, debits);
    const quoteMinor = exchanged(book, quote, quoteAmount, debits);
    // quote = base x rate, both sides brought to the same scale.
    const price = decimals.unscaled * 10n ** BigInt(book.amounts.decimals(quote));
    const unit = 10n ** BigInt(book.amounts.decimals(base) + scale);
    if (
      !isNear(divideHalfEven(baseMinor * price, unit), quoteMinor) &&
      !isNear(divideHalfEven(quoteMinor * unit, price), baseMinor)
    ) {
      refuse("RATE", `the amounts in ${base} and ${quote} do not agree with the rate ${rate}`);
    }
  }
}

function exchanged(book, currency, amount, debits) {
  const minor = book.amounts.minor(amount, currency);
  if (minor <= 0n || minor > (debits.get(currency) ?? 0n)) {
    refuse("RATE", `the entries do not exchange ${amount} ${currency}`);
  }
  return minor;
}
