import { refuse } from "./fault.mjs";

/** Sorted and free of repeats, as the service writes them. */
const isRising = (values) =>
  values.every((value, index) => index === 0 || values[index - 1] < value);

export function setFundTerms(book, { effectiveFrom, terms }) {
  if (!isRising(terms.holidays)) refuse("FUND", "holidays are not in order");
  for (const fee of [terms.administrationFee, terms.custodyFee]) checkFee(fee);
  book.fundTerms.set(effectiveFrom, terms);
}

/** The terms of the fund on a day. */
export function termsOn(book, date) {
  const begun = [...book.fundTerms.keys()]
    .filter((from) => from <= date)
    .sort((one, other) => (one < other ? -1 : 1));
  const terms = book.fundTerms.get(begun.at(-1));
  if (terms === undefined) refuse("FUND", `the fund has no terms on ${date}`);
  return terms;
}

function checkFee(fee) {
  if (fee !== null && Number(fee.tiers[0].from) !== 0) refuse("FUND", "tiers do not begin at 0");
}

export function openShareClass(book, payload) {
  const { classId: id, code, isin, currency, unitDecimals, launchDate, terms } = payload;
  const lastPrice = payload.launchPrice;
  if (termsOn(book, launchDate).unitDecimals !== unitDecimals) {
    refuse("FUND", "the class has other decimals than its fund's terms");
  }
  if (!hasCheckDigit(isin)) refuse("FUND", `${isin} has another check digit`);
  for (const other of book.shareClasses.values()) {
    if (other.id === id || other.code === code || other.isin === isin) {
      refuse("FUND", `another class has the id, code or ISIN of ${code}`);
    }
  }
  checkFee(terms.managementFee);
  const opened = { id, code, isin, currency, unitDecimals, launchDate, lastPrice };
  book.shareClasses.set(id, { ...opened, state: "OPEN" });
}

/** Luhn over the digits that capitals stand for. */
function hasCheckDigit(isin) {
  if (!/^[A-Z]{2}[A-Z0-9]{9}\d$/.test(isin)) return false;
  const digits = [...isin].map((sign) => Number.parseInt(sign, 36)).join("");
  let sum = 0;
  for (let place = 1; place <= digits.length; place += 1) {
    const digit = Number(digits.at(-place)) * (place % 2 === 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

export function requireClass(book, id) {
  const found = book.shareClasses.get(id);
  if (found === undefined) refuse("FUND", `share class ${id} was never opened`);
  return found;
}

export function setClassTerms(book, { classId, effectiveFrom, terms }) {
  const { launchDate } = requireClass(book, classId);
  if (effectiveFrom < launchDate) refuse("FUND", "terms begin before the launch of their class");
  checkFee(terms.managementFee);
}

export function setClassState(book, { classId, state }) {
  const found = requireClass(book, classId);
  if (found.state === state) refuse("FUND", `class ${found.code} was ${state} before`);
  found.state = state;
}
