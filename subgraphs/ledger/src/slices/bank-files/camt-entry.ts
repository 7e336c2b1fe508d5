import { isCalendarDate } from "@allfunds/platform/dates";
import { xmlMinorOf } from "./bank-amount.ts";
import {
  cleanText,
  detailsOf,
  isReference,
  type BankStatementLine,
  type StatementFaults,
} from "./statement.ts";
import { at, children, textAt, type XmlElement } from "./xml.ts";

export interface CamtReading {
  /** Of a message that reports booked entries only, such as camt.053: an entry without a state is booked. */
  readonly isOfBooked: boolean;
  readonly currency: string;
  readonly faults: StatementFaults;
}

/** Booked, and what is not: pending, for information, of a later day. */
const STATES: ReadonlySet<string> = new Set(["BOOK", "PDNG", "INFO", "FUTR"]);

/**
 * The lines of one entry: none when it is not booked or has a fault, one as a rule.
 * A batch gives one line per payment when its payments are given in full, that is, when they add up to it.
 */
export function readEntry(entry: XmlElement, reading: CamtReading): BankStatementLine[] {
  const { currency, faults } = reading;
  const { line: fileLine } = entry;
  const status =
    textAt(entry, "Sts", "Cd") ??
    textAt(entry, "Sts", "Prtry") ??
    textAt(entry, "Sts") ??
    (reading.isOfBooked ? "BOOK" : undefined);
  if (!STATES.has(status ?? ""))
    faults.add(fileLine, `the status "${(status ?? "").slice(0, 40)}" (Sts) is not a known one`);
  if (status !== "BOOK") return [];
  const amountMinor = signedAmount(entry, reading);
  const bookingDate = dateOf(entry, "BookgDt");
  const effectiveDate = valueDateOf(entry, faults) ?? bookingDate;
  if (effectiveDate === undefined)
    faults.add(fileLine, "the entry has no valid booking or value date (BookgDt, ValDt)");
  if (amountMinor === undefined || amountMinor === 0n || effectiveDate === undefined) return [];

  const whole = { fileLine, effectiveDate, bookingDate: bookingDate ?? effectiveDate };
  const payments = [entry, ...children(entry, "NtryDtls")].flatMap((group) =>
    children(group, "TxDtls"),
  );
  const amounts = paymentsThatAddUp(payments, amountMinor, currency);
  if (amounts === undefined) {
    const only = payments.length === 1 ? payments[0] : undefined;
    return [{ ...whole, ...describe(entry, only, undefined), amountMinor }];
  }
  return payments.map((payment, index) => ({
    ...whole,
    ...describe(entry, payment, `${index + 1}/${payments.length}`),
    amountMinor: amounts[index] ?? 0n,
  }));
}

/** The signed amounts of the payments of a batch, when each is given and they add up to the entry. */
function paymentsThatAddUp(
  payments: readonly XmlElement[],
  entryMinor: bigint,
  currency: string,
): bigint[] | undefined {
  if (payments.length < 2) return undefined;
  const amounts = payments.flatMap((payment) => {
    const minor = paymentAmount(payment, entryMinor, currency);
    return minor === undefined || minor === 0n ? [] : [minor];
  });
  const sum = amounts.reduce((total, minor) => total + minor, 0n);
  return amounts.length === payments.length && sum === entryMinor ? amounts : undefined;
}

function signedAmount(entry: XmlElement, { currency, faults }: CamtReading): bigint | undefined {
  const { line } = entry;
  const amount = at(entry, "Amt");
  const stated = amount?.attributes.get("Ccy");
  if (stated !== currency) {
    faults.add(line, `the entry is in ${stated ?? "no currency"}, the account in ${currency}`);
    return undefined;
  }
  const direction = textAt(entry, "CdtDbtInd");
  if (direction !== "CRDT" && direction !== "DBIT") {
    faults.add(line, "the entry has neither CRDT nor DBIT as its direction (CdtDbtInd)");
    return undefined;
  }
  const text = textAt(amount) ?? "";
  const minor = xmlMinorOf(text, currency);
  if (minor !== undefined) return direction === "CRDT" ? minor : -minor;
  faults.add(line, `"${text.slice(0, 40)}" (Amt) is not an amount in ${currency} without a sign`);
  return undefined;
}

/** Signed amount of one payment of a batch, undefined when it is not given in the account's currency. */
function paymentAmount(
  payment: XmlElement,
  entryMinor: bigint,
  currency: string,
): bigint | undefined {
  const amount = at(payment, "Amt") ?? at(payment, "AmtDtls", "TxAmt", "Amt");
  const text = textAt(amount);
  if (text === undefined || amount?.attributes.get("Ccy") !== currency) return undefined;
  const direction = textAt(payment, "CdtDbtInd") ?? (entryMinor > 0n ? "CRDT" : "DBIT");
  const minor = xmlMinorOf(text, currency);
  if (minor === undefined) return undefined;
  return direction === "CRDT" ? minor : -minor;
}

/** A date may come with a time; the bank's own calendar day is what counts. */
function dateOf(entry: XmlElement, name: string): string | undefined {
  const text = textAt(entry, name, "Dt") ?? textAt(entry, name, "DtTm");
  const date = text?.slice(0, 10) ?? "";
  return isCalendarDate(date) ? date : undefined;
}

/** A value date that cannot be read is a fault: the booking date may be another day. */
function valueDateOf(entry: XmlElement, faults: StatementFaults): string | undefined {
  const date = dateOf(entry, "ValDt");
  if (date === undefined && at(entry, "ValDt") !== undefined)
    faults.add(entry.line, "the value date (ValDt) is not a date");
  return date;
}

type Payment = XmlElement | undefined;

function describe(entry: XmlElement, payment: Payment, place: string | undefined) {
  const party = otherParty(entry, payment);
  const remittance = at(payment, "RmtInf");
  const free = children(remittance, "Ustrd").map(({ text }) => text.trim());
  const text = [
    free.join(" ").trim(),
    textAt(remittance, "Strd", "CdtrRefInf", "Ref"),
    textAt(payment, "AddtlTxInf"),
    textAt(entry, "AddtlNtryInf"),
    party.name,
    "Statement entry",
  ].find((each) => each !== undefined && each !== "");
  const ofPayment = textAt(payment, "Refs", "AcctSvcrRef");
  const reference = [textAt(entry, "AcctSvcrRef"), ofPayment].find((each) =>
    isReference(each ?? ""),
  );
  const suffix = place === undefined ? "" : `/${place.split("/")[0]}`;
  return {
    description: cleanText(text ?? "", 500),
    reference: reference === undefined ? null : `${reference}${suffix}`,
    counterparty: party.name,
    reversal: isTakenBack(entry, payment),
    details: detailsOf({ ...partyDetails(party), ...paymentDetails(entry, payment, place) }),
  };
}

/** Whether an entry takes back an earlier one: a reversal of the bank, or a payment that was returned. */
const isTakenBack = (entry: XmlElement, payment: Payment): boolean =>
  /^(true|1)$/.test(textAt(entry, "RvslInd") ?? "") || isReturn(entry, payment);

/** Sub-families of ISO 20022 for reversals of direct debits, transfers and cheques that were not paid or were returned. */
const RETURNS: ReadonlySet<string> = new Set(["PRDD", "RPCR", "RRTN", "UPCQ", "UPDD"]);
/** The code of German banks for the same, as in their MT940. */
const RETURN_CODE = /^N[A-Z]{3}\+(108|109|159|181|184)(\+|$)/;

const isReturn = (entry: XmlElement, payment: Payment): boolean =>
  at(payment, "RtrInf") !== undefined ||
  [entry, payment].some(
    (each) =>
      RETURNS.has(textAt(each, "BkTxCd", "Domn", "Fmly", "SubFmlyCd") ?? "") ||
      RETURN_CODE.test(textAt(each, "BkTxCd", "Prtry", "Cd") ?? ""),
  );

interface Party {
  readonly name: string | undefined;
  readonly account: XmlElement | undefined;
  readonly agent: XmlElement | undefined;
}

/** The debtor when money came in, the creditor when it went out; the other way round when it was taken back. */
function otherParty(entry: XmlElement, payment: Payment): Party {
  const direction = textAt(payment, "CdtDbtInd") ?? textAt(entry, "CdtDbtInd");
  const role = (direction === "CRDT") !== isTakenBack(entry, payment) ? "Dbtr" : "Cdtr";
  const parties = at(payment, "RltdPties");
  const named = [role, `Ultmt${role}`].flatMap((each) => [
    textAt(parties, each, "Pty", "Nm"),
    textAt(parties, each, "Nm"),
  ]);
  const name = named.find((each) => each !== undefined);
  return {
    name: name === undefined ? undefined : cleanText(name, 200),
    account: at(parties, `${role}Acct`, "Id"),
    agent: at(payment, "RltdAgts", `${role}Agt`, "FinInstnId"),
  };
}

const partyDetails = ({ account, agent }: Party) => ({
  counterpartyIban: textAt(account, "IBAN"),
  counterpartyAccount: textAt(account, "Othr", "Id"),
  counterpartyBic: textAt(agent, "BICFI") ?? textAt(agent, "BIC"),
});

/** What else the bank sent, under names of ISO 20022 in plain words. */
function paymentDetails(entry: XmlElement, payment: Payment, place: string | undefined) {
  const references = at(payment, "Refs");
  const instructed = at(payment, "AmtDtls", "InstdAmt") ?? at(entry, "AmtDtls", "InstdAmt");
  const exchange =
    at(instructed, "CcyXchg") ??
    at(payment, "AmtDtls", "TxAmt", "CcyXchg") ??
    at(payment, "AmtDtls", "CntrValAmt", "CcyXchg");
  const reason = at(payment, "RtrInf", "Rsn");
  const isReturned = isReturn(entry, payment);
  return {
    endToEndId: referenceAt(references, "EndToEndId"),
    mandateId: referenceAt(references, "MndtId"),
    creditorId: textAt(payment, "RltdPties", "Cdtr", "Pty", "Id", "PrvtId", "Othr", "Id"),
    creditorReference: textAt(payment, "RmtInf", "Strd", "CdtrRefInf", "Ref"),
    purpose: textAt(payment, "Purp", "Cd") ?? textAt(payment, "Purp", "Prtry"),
    returnReason: isReturned
      ? (textAt(reason, "Cd") ?? textAt(reason, "Prtry") ?? "not given")
      : undefined,
    instructedAmount: moneyOf(at(instructed, "Amt")),
    exchangeRate: textAt(exchange, "XchgRate"),
    charges: chargesOf(payment) ?? chargesOf(entry),
    bankTransactionCode: bankCodeOf(entry) ?? bankCodeOf(payment),
    batch:
      place ?? (batchSizeOf(entry) === undefined ? undefined : `whole of ${batchSizeOf(entry)}`),
  };
}

/** A reference of a payment, when it is one. */
function referenceAt(references: Payment, name: string): string | undefined {
  const text = textAt(references, name);
  return text === undefined || /^(NOTPROVIDED|NOTAVAILABLE|NONREF)$/i.test(text) ? undefined : text;
}

/** How many payments an entry states or shows that it holds, when there are several. */
function batchSizeOf(entry: XmlElement): string | undefined {
  const groups = children(entry, "NtryDtls");
  const stated = groups.map((group) => textAt(group, "Btch", "NbOfTxs")).find((text) => text);
  const shown = groups.flatMap((group) => children(group, "TxDtls")).length;
  const size = stated ?? String(shown);
  return /^0*[01]?$/.test(size) ? undefined : size;
}

function bankCodeOf(element: Payment): string | undefined {
  const code = at(element, "BkTxCd");
  const family = at(code, "Domn", "Fmly");
  const parts = [textAt(code, "Domn", "Cd"), textAt(family, "Cd"), textAt(family, "SubFmlyCd")];
  const joined = parts.filter((part) => part !== undefined).join("-");
  return joined === "" ? textAt(code, "Prtry", "Cd") : joined;
}

/** What the bank charged: the total, or each record of a charge. */
function chargesOf(element: Payment): string | undefined {
  const charges = children(element, "Chrgs");
  const total = charges.map((each) => moneyOf(at(each, "TtlChrgsAndTaxAmt"))).find((text) => text);
  if (total !== undefined) return total;
  const records = charges.flatMap((each) => [each, ...children(each, "Rcrd")]);
  const amounts = records.flatMap((each) => moneyOf(at(each, "Amt")) ?? []);
  return amounts.length === 0 ? undefined : amounts.join(" + ");
}

function moneyOf(amount: Payment): string | undefined {
  const text = textAt(amount);
  return text === undefined ? undefined : `${text} ${amount?.attributes.get("Ccy") ?? ""}`.trim();
}
