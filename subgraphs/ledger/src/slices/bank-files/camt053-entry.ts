import { isCalendarDate } from "@allfunds/platform/dates";
import { minorOf } from "./bank-amount.ts";
import { cleanText, type StatementFaults, type BankStatementLine } from "./statement.ts";

/** An element as the XML parser gives it: text alone, or members with attributes under `@name`. */
export type XmlNode = string | XmlElement | undefined;
interface XmlElement {
  readonly [name: string]: XmlNode | readonly XmlNode[];
}

const isElement = (node: XmlNode): node is XmlElement => typeof node === "object" && node !== null;

/** The elements of this name, none when there are none. */
export function children(node: XmlNode, name: string): XmlNode[] {
  if (!isElement(node)) return [];
  const found = node[name];
  if (found === undefined) return [];
  return Array.isArray(found) ? [...found] : [found as XmlNode];
}

/** The first element down a path of names. */
export const at = (node: XmlNode, ...path: readonly string[]): XmlNode =>
  path.reduce<XmlNode>((inner, name) => children(inner, name)[0], node);

/** The text down a path of names, undefined when there is none. */
export function textAt(node: XmlNode, ...path: readonly string[]): string | undefined {
  const found = at(node, ...path);
  const text = isElement(found) ? found["#text"] : found;
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
}

export interface CamtReading {
  readonly currency: string;
  readonly faults: StatementFaults;
  /** Line of the next entry in the document. */
  readonly nextLine: () => number;
}

/**
 * The lines of one entry: none when it is not booked or has a fault, one as a rule.
 * A batch gives one line per payment when its payments are given in full, that is, when they add up to it.
 */
export function readEntry(entry: XmlNode, reading: CamtReading): BankStatementLine[] {
  const { currency, faults, nextLine } = reading;
  const fileLine = nextLine();
  if ((textAt(entry, "Sts", "Cd") ?? textAt(entry, "Sts")) !== "BOOK") return [];
  const amountMinor = signedAmount(entry, fileLine, reading);
  const bookingDate = dateOf(entry, "BookgDt");
  const valueDate = dateOf(entry, "ValDt");
  const effectiveDate = valueDate ?? bookingDate;
  if (effectiveDate === undefined)
    faults.add(fileLine, "the entry has no valid booking or value date");
  if (amountMinor === undefined || amountMinor === 0n || effectiveDate === undefined) return [];

  const details = children(entry, "NtryDtls").flatMap((group) => children(group, "TxDtls"));
  const whole = { fileLine, effectiveDate, bookingDate: bookingDate ?? effectiveDate };
  const payments = details.map((detail) => paymentAmount(detail, amountMinor, currency));
  const sum = payments.reduce<bigint>((total, payment) => total + (payment ?? 0n), 0n);
  const isGiven = payments.every((payment) => payment !== undefined && payment !== 0n);
  if (details.length > 1 && isGiven && sum === amountMinor) {
    return details.map((detail, index) => ({
      ...whole,
      ...describe(entry, detail, `/${index + 1}`),
      amountMinor: payments[index] ?? 0n,
    }));
  }
  const only = details.length === 1 ? details[0] : undefined;
  return [{ ...whole, ...describe(entry, only, ""), amountMinor }];
}

function signedAmount(
  entry: XmlNode,
  fileLine: number,
  { currency, faults }: CamtReading,
): bigint | undefined {
  const stated = textAt(entry, "Amt", "@Ccy");
  if (stated !== currency) {
    faults.add(fileLine, `the entry is in ${stated ?? "no currency"}, the account in ${currency}`);
    return undefined;
  }
  const direction = textAt(entry, "CdtDbtInd");
  if (direction !== "CRDT" && direction !== "DBIT") {
    faults.add(fileLine, "the entry has neither CRDT nor DBIT as its direction");
    return undefined;
  }
  const text = textAt(entry, "Amt") ?? "";
  const minor = minorOf(text, currency, ".");
  if (minor !== undefined) return direction === "CRDT" ? minor : -minor;
  faults.add(fileLine, `"${text.slice(0, 40)}" is not an amount in ${currency} without a sign`);
  return undefined;
}

/** Signed amount of one payment of a batch, undefined when it is not given in the account's currency. */
function paymentAmount(detail: XmlNode, entryMinor: bigint, currency: string): bigint | undefined {
  const amount = at(detail, "Amt") ?? at(detail, "AmtDtls", "TxAmt", "Amt");
  const text = textAt(amount);
  if (text === undefined || textAt(amount, "@Ccy") !== currency) return undefined;
  const direction = textAt(detail, "CdtDbtInd") ?? (entryMinor > 0n ? "CRDT" : "DBIT");
  const minor = minorOf(text, currency, ".");
  if (minor === undefined) return undefined;
  return direction === "CRDT" ? minor : -minor;
}

/** A date may come with a time; the bank's own calendar day is what counts. */
function dateOf(entry: XmlNode, name: string): string | undefined {
  const text = textAt(entry, name, "Dt") ?? textAt(entry, name, "DtTm");
  const date = text?.slice(0, 10) ?? "";
  return isCalendarDate(date) ? date : undefined;
}

function describe(entry: XmlNode, detail: XmlNode, suffix: string) {
  const counterparty = counterpartyOf(entry, detail);
  const text = [
    children(at(detail, "RmtInf"), "Ustrd")
      .map((text) => textAt(text))
      .join(" ")
      .trim(),
    textAt(detail, "RmtInf", "Strd", "CdtrRefInf", "Ref"),
    textAt(detail, "AddtlTxInf"),
    textAt(entry, "AddtlNtryInf"),
    counterparty,
    "Statement entry",
  ].find((text) => text !== undefined && text !== "");
  const reference = textAt(entry, "AcctSvcrRef") ?? textAt(detail, "Refs", "AcctSvcrRef");
  return {
    description: cleanText(text ?? "", 500),
    reference: reference === undefined ? null : `${reference}${suffix}`,
    counterparty,
    reversal: /^(true|1)$/.test(textAt(entry, "RvslInd") ?? ""),
    details: detailsOf(entry, detail),
  };
}

/** The role of the other party: the debtor when money came in, the creditor when it went out. */
function otherRole(entry: XmlNode, detail: XmlNode): "Dbtr" | "Cdtr" {
  const direction = textAt(detail, "CdtDbtInd") ?? textAt(entry, "CdtDbtInd");
  const reversed = textAt(entry, "RvslInd") === "true";
  return (direction === "CRDT") !== reversed ? "Dbtr" : "Cdtr";
}

function counterpartyOf(entry: XmlNode, detail: XmlNode): string | undefined {
  const role = otherRole(entry, detail);
  const parties = at(detail, "RltdPties");
  const name = textAt(parties, role, "Pty", "Nm") ?? textAt(parties, role, "Nm");
  return name === undefined ? undefined : cleanText(name, 200);
}

/** What else the bank sent, under names of ISO 20022 in plain words. */
function detailsOf(entry: XmlNode, detail: XmlNode): Record<string, string> {
  const role = otherRole(entry, detail);
  const agent = at(detail, "RltdAgts", `${role}Agt`, "FinInstnId");
  const exchange =
    at(detail, "AmtDtls", "InstdAmt", "CcyXchg") ?? at(detail, "AmtDtls", "TxAmt", "CcyXchg");
  const given = {
    endToEndId: textAt(detail, "Refs", "EndToEndId"),
    mandateId: textAt(detail, "Refs", "MndtId"),
    counterpartyIban: textAt(detail, "RltdPties", `${role}Acct`, "Id", "IBAN"),
    counterpartyBic: textAt(agent, "BICFI") ?? textAt(agent, "BIC"),
    purpose: textAt(detail, "Purp", "Cd") ?? textAt(detail, "Purp", "Prtry"),
    returnReason: textAt(detail, "RtrInf", "Rsn", "Cd"),
    instructedAmount: moneyAt(at(detail, "AmtDtls", "InstdAmt", "Amt")),
    exchangeRate: textAt(exchange, "XchgRate"),
    charges: moneyAt(
      at(detail, "Chrgs", "TtlChrgsAndTaxAmt") ?? at(entry, "Chrgs", "TtlChrgsAndTaxAmt"),
    ),
    bankTransactionCode: ["Cd", "Fmly.Cd", "Fmly.SubFmlyCd"]
      .map((path) => textAt(entry, "BkTxCd", "Domn", ...path.split(".")))
      .filter((part) => part !== undefined)
      .join("-"),
  };
  return Object.fromEntries(
    Object.entries(given)
      .filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "")
      .map(([name, text]) => [name, cleanText(text, 200)]),
  );
}

function moneyAt(amount: XmlNode): string | undefined {
  const text = textAt(amount);
  return text === undefined ? undefined : `${text} ${textAt(amount, "@Ccy") ?? ""}`.trim();
}
