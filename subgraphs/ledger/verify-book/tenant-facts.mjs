import { refuse } from "./fault.mjs";
import { isDate, isDecimal, isIsin, toScaled } from "./values.mjs";

const isZeroOrMore = (text) => isDecimal(text) && toScaled(text).unscaled >= 0n;
const isAboveZero = (text) => isDecimal(text) && toScaled(text).unscaled > 0n;

/** Prices of securities: of the tenant in its own book, or of one fund in the fund's. */
export function recordPrices(_book, { prices }) {
  for (const { isin, date, price } of prices) {
    const what = `the price of ${isin} on ${date}`;
    if (!isIsin(isin)) refuse("FORM", `${what} names no ISIN`);
    if (!isZeroOrMore(price)) refuse("FORM", `${what} is no decimal number, zero or more`);
  }
}

/** Exchange rates of the tenant. */
export function recordRates(_book, { rates }) {
  for (const { base, quote, date, rate } of rates) {
    if (base === quote || !isAboveZero(rate)) {
      refuse("FORM", `the rate of ${base} in ${quote} on ${date} is none`);
    }
  }
}

const isShare = (text) => {
  if (!isZeroOrMore(text)) return false;
  const { unscaled, scale } = toScaled(text);
  return unscaled <= 10n ** BigInt(scale);
};

/** Securities as a tenant describes them to its funds. */
export function registerSecurities(_book, { securities }) {
  const seen = new Set();
  for (const { isin, securityType, quantityDecimals, bond } of securities) {
    if (!isIsin(isin) || seen.has(isin)) refuse("FORM", `${isin} is no ISIN, or comes twice`);
    seen.add(isin);
    if (quantityDecimals > 18) refuse("FORM", `${isin} has more than 18 decimals`);
    if ((securityType === "BOND") !== (bond !== null)) {
      refuse("FORM", `${isin} has terms of a bond and is none, or is one without them`);
    }
    if (bond !== null) checkBond(isin, bond);
  }
}

function checkBond(
  isin,
  { couponRate, frequency, accruesFrom, firstCoupon, maturity, exCouponDays },
) {
  const ends = isDate(accruesFrom) && isDate(maturity) && maturity > accruesFrom;
  const begins = firstCoupon === null || (firstCoupon > accruesFrom && firstCoupon <= maturity);
  const pays = isShare(couponRate) && [0, 1, 2, 4, 12].includes(frequency) && exCouponDays <= 60;
  if (!ends || !begins || !pays)
    refuse("FORM", `the terms of the bond ${isin} contradict each other`);
}
