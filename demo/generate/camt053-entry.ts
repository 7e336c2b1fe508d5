import { amountElement, directionElement } from "./camt053-amount.ts";
import type { CashEntry } from "./cash-entry.ts";
import { element } from "./xml.ts";

type Payment = Pick<CashEntry, "cents" | "counterparty" | "text">;

/** One `Ntry`; `number` counts the entries of the statement from 1. */
export function entryElement(entry: CashEntry, number: number): string {
  const reference = `NGCB${entry.date.replaceAll("-", "")}${String(number).padStart(4, "0")}`;
  return element("Ntry", [
    element("NtryRef", String(number)),
    amountElement("Amt", entry.cents),
    directionElement(entry.cents),
    entry.reversal === true ? element("RvslInd", "true") : undefined,
    element("Sts", [element("Cd", entry.pending === true ? "PDNG" : "BOOK")]),
    element("BookgDt", [element("Dt", entry.date)]),
    element("ValDt", [element("Dt", entry.date)]),
    element("AcctSvcrRef", reference),
    codeElement(entry),
    chargesElement(entry),
    element("NtryDtls", detailElements(entry, reference)),
    element("AddtlNtryInf", entry.text),
  ]);
}

function codeElement({ code: [domain, family, subFamily] }: CashEntry): string {
  const familyElement = element("Fmly", [element("Cd", family), element("SubFmlyCd", subFamily)]);
  return element("BkTxCd", [element("Domn", [element("Cd", domain), familyElement])]);
}

function chargesElement({ charges }: CashEntry): string | undefined {
  if (charges === undefined) return undefined;
  return element("Chrgs", [
    amountElement("TtlChrgsAndTaxAmt", charges.cents),
    element("Rcrd", [
      amountElement("Amt", charges.cents),
      element("CdtDbtInd", "DBIT"),
      element("ChrgInclInd", "true"),
      element("Tp", [element("Prtry", [element("Id", charges.text)])]),
    ]),
  ]);
}

function detailElements(entry: CashEntry, reference: string): string[] {
  const { details } = entry;
  if (details === undefined) return [paymentElement(entry, `${reference}-1`, amountDetails(entry))];
  const batch = element("Btch", [
    element("MsgId", `${reference}-B`),
    element("NbOfTxs", String(details.length)),
    amountElement("TtlAmt", entry.cents),
    directionElement(entry.cents),
  ]);
  return [
    batch,
    ...details.map((each, index) => paymentElement(each, `${reference}-${index + 1}`)),
  ];
}

function paymentElement(payment: Payment, endToEndId: string, more?: string): string {
  const party = element("Pty", [element("Nm", payment.counterparty)]);
  return element("TxDtls", [
    element("Refs", [element("EndToEndId", endToEndId)]),
    amountElement("Amt", payment.cents),
    directionElement(payment.cents),
    more,
    element("RltdPties", [element(payment.cents < 0 ? "Cdtr" : "Dbtr", [party])]),
    element("RmtInf", [element("Ustrd", payment.text)]),
  ]);
}

/** What was paid before charges, or in the currency it was paid in. */
function amountDetails({ cents, charges, foreign }: CashEntry): string | undefined {
  if (charges !== undefined) {
    return element("AmtDtls", [element("TxAmt", [amountElement("Amt", cents + charges.cents)])]);
  }
  if (foreign === undefined) return undefined;
  const exchange = element("CcyXchg", [
    element("SrcCcy", foreign.currency),
    element("TrgtCcy", "EUR"),
    element("UnitCcy", "EUR"),
    element("XchgRate", foreign.rate),
  ]);
  return element("AmtDtls", [
    element("InstdAmt", [amountElement("Amt", foreign.cents, foreign.currency)]),
    element("TxAmt", [amountElement("Amt", cents), exchange]),
  ]);
}
