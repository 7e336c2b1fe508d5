import { refuse } from "./fault.mjs";
import { isBoolean, isCount, isId, isString, isText } from "./values.mjs";

/** Payloads of the events of counterparties, from the parts of all forms. */
export function counterpartyForms({ formOf, orNull }) {
  return {
    CounterpartySet: formOf({
      fundId: isId,
      counterpartyId: isId,
      version: isCount,
      name: isText,
      ibans: (value) => Array.isArray(value) && value.every((iban) => isIban(iban)),
      note: orNull(isText),
      isClosed: isBoolean,
    }),
  };
}

/** Of right check digits (ISO 7064, modulo 97). */
function isIban(iban) {
  if (!isString(iban) || !/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false;
  const moved = iban.slice(4) + iban.slice(0, 4);
  const digits = moved.replaceAll(/[A-Z]/g, (sign) => String(sign.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
}

const wrong = (what) => refuse("COUNTERPARTY", what);

/** A counterparty is known so from now on; no other has one of its IBANs. */
export function setCounterparty(book, { counterpartyId, version, ibans, isClosed }) {
  const before = book.counterparties.get(counterpartyId);
  if (version !== (before?.version ?? 0) + 1)
    wrong(`version ${version} does not follow the one before`);
  if (new Set(ibans).size !== ibans.length) wrong("it has an IBAN twice");
  for (const iban of ibans) {
    const owner = book.ibanOwners.get(iban) ?? counterpartyId;
    if (owner !== counterpartyId) wrong(`counterparty ${owner} has one of its IBANs`);
  }
  for (const iban of before?.ibans ?? []) book.ibanOwners.delete(iban);
  const kept = isClosed ? [] : ibans;
  for (const iban of kept) book.ibanOwners.set(iban, counterpartyId);
  book.counterparties.set(counterpartyId, { version, ibans: kept, isClosed });
}
