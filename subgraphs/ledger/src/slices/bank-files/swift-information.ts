import { ibansIn } from "./iban.ts";
import { cleanText, type StatementDetail } from "./statement.ts";

/** What field 86 reports of a line: its text, the other party, and whatever else has a code. */
export interface Information {
  readonly text: string;
  readonly name: string;
  /** The bank's code shows that an earlier payment came back. */
  readonly isReturned: boolean;
  readonly details: Partial<Record<StatementDetail, string | undefined>>;
}

/** Field 86: in numbered parts as German and Polish banks write it, in words between slashes, or free. */
export function readInformation(information: string, isCredit: boolean): Information {
  const joined = information.replace(/\n/g, "");
  const [, code = "", mark] = /^(\d{3}|)([?@>+<^~])\d{2}/.exec(joined) ?? [];
  if (mark !== undefined) return readNumbered(joined, code, mark);
  if (/^\/[A-Z]{3,4}\//.test(joined)) return readCoded(joined, isCredit);
  const text = information.replace(/\n/g, " ");
  return { text, name: "", isReturned: false, details: {} };
}

/** Characters of a full part: what is longer goes on in the next one. */
const FULL_PART = 27;

/**
 * Field NS, in numbered lines as German and Hungarian banks write it: 1 to 14 are the text, 15 and 16 the name, 17 the
 * kind of booking, 33 and 34 the other party's bank and account.
 */
export function readOwnField(own: string): Information {
  const parts = own.split("\n").flatMap((line): [number, string][] => {
    const [, number, text = ""] = /^(\d{2})(.*)$/.exec(line) ?? [];
    return number === undefined ? [] : [[Number(number), text]];
  });
  const within = (from: number, to: number): string => {
    let text = "";
    let last = "";
    for (const [number, part] of parts) {
      if (number < from || number > to) continue;
      text += last === "" || last.length >= FULL_PART ? part : ` ${part}`;
      last = part;
    }
    return cleanText(text, 500);
  };
  const account = [within(33, 33), within(34, 34)].filter((each) => each !== "").join("/");
  const [iban] = ibansIn(within(34, 34));
  return {
    text: within(1, 14) || (parts.length === 0 ? own.replace(/\n/g, " ") : within(17, 17)),
    name: within(15, 16),
    isReturned: false,
    details: {
      counterpartyIban: iban,
      counterpartyAccount: iban === undefined ? account : undefined,
    },
  };
}

/** Business transaction codes of German banks for direct debits and transfers that came back. */
const RETURN_CODES: ReadonlySet<string> = new Set(["108", "109", "159", "181", "184"]);
const KEYWORD = /(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC)\+/;

function readNumbered(joined: string, code: string, mark: string): Information {
  const parts = joined.split(mark).slice(1);
  const within = (from: number, to: number): string =>
    parts
      .filter((part) => Number(part.slice(0, 2)) >= from && Number(part.slice(0, 2)) <= to)
      .map((part) => part.slice(2))
      .join("");
  // Some Polish banks have the other party behind the title, and German ones a longer title there.
  const nameAt = mark !== "?" && within(26, 26) + within(32, 33) === "" ? 27 : 32;
  const [free = "", ...keyed] = `${within(20, Math.min(nameAt - 1, 29))}${within(60, 63)}`.split(
    KEYWORD,
  );
  const of = new Map<string, string>();
  for (let at = 0; at < keyed.length; at += 2) of.set(keyed[at] ?? "", keyed[at + 1] ?? "");
  const isReturned = RETURN_CODES.has(code);
  const [iban] = [within(31, 31), within(38, 38), of.get("IBAN") ?? ""].flatMap(ibansIn);
  return {
    text: of.get("SVWZ") || free || [...of.values()].join(" ") || within(0, 0),
    name: cleanText(within(nameAt, nameAt + 1), 200),
    isReturned,
    details: {
      endToEndId: known(of.get("EREF")),
      customerReference: known(of.get("KREF")),
      mandateId: known(of.get("MREF")),
      creditorId: known(of.get("CRED")),
      counterpartyIban: iban,
      counterpartyAccount: iban === undefined ? within(31, 31) : undefined,
      counterpartyBic: bicIn(of.get("BIC") ?? within(30, 30)),
      instructedAmount: of.get("OAMT"),
      returnReason: isReturned ? within(34, 34) || "not given" : undefined,
      bankTransactionCode: code,
    },
  };
}

const CODES =
  /\/(EREF|PREF|KREF|MARF|MREF|CSID|CRED|CNTP|REMI|NAME|IBAN|BIC|TRTP|TRCD|RTRN|PURP|ORDP|BENM|ULTC|ULTD|ULTB|OCMT|EXCH|CHGS|ISDT|ADDR|SVCL)\//g;

/** The value behind each code, the first of equal ones. */
function valuesIn(joined: string): ReadonlyMap<string, string> {
  const found = [...joined.matchAll(CODES)];
  const values = new Map<string, string>();
  for (const [at, { 0: whole, 1: code = "", index }] of found.entries()) {
    const value = joined.slice(index + whole.length, found[at + 1]?.index ?? joined.length);
    const trimmed = value.replace(/^\/|\/{1,3}$/g, "").trim();
    if (trimmed !== "" && !values.has(code)) values.set(code, trimmed);
  }
  return values;
}

/** The names of both parties may stand there: of a credit the other one is who ordered it. */
function partyIn(joined: string, isCredit: boolean): string {
  const [ordering, beneficiary] = [joined.indexOf("/ORDP/"), joined.indexOf("/BENM/")];
  if (ordering === -1 || beneficiary === -1) return joined;
  const [from, other] = isCredit ? [ordering, beneficiary] : [beneficiary, ordering];
  return joined.slice(from, other > from ? other : undefined);
}

function readCoded(joined: string, isCredit: boolean): Information {
  const of = valuesIn(joined);
  const party = valuesIn(partyIn(joined, isCredit));
  const [, partyBic, partyName] = (of.get("CNTP") ?? "").split("/");
  const name = party.get("NAME") ?? party.get(isCredit ? "ORDP" : "BENM") ?? partyName ?? "";
  const reason = of.get("RTRN");
  const [iban] = [party.get("IBAN") ?? "", of.get("CNTP") ?? ""].flatMap(ibansIn);
  return {
    text: remittanceOf(of.get("REMI") ?? "") || joined,
    name: cleanText(name, 200),
    isReturned: reason !== undefined,
    details: {
      endToEndId: known(of.get("EREF")),
      customerReference: known(of.get("KREF")),
      mandateId: known(of.get("MARF") ?? of.get("MREF")),
      creditorId: known(of.get("CSID") ?? of.get("CRED")),
      counterpartyIban: iban,
      counterpartyBic: bicIn(party.get("BIC") ?? partyBic ?? ""),
      purpose: of.get("PURP")?.replace(/^CD\//, ""),
      returnReason: reason,
      transactionType: of.get("TRTP"),
      ...moneyDetails(joined),
    },
  };
}

/** `USTD//text` or `STRD/CUR/reference`: the text. */
const remittanceOf = (text: string): string =>
  text.replace(/^USTD\/\/|^STRD\/(?:[A-Z]{3})?\//, "").trim();

/** Original amount, rate and charges, as field 61 and field 86 write them. */
export function moneyDetails(text: string): Partial<Record<StatementDetail, string | undefined>> {
  const of = valuesIn(text);
  return {
    instructedAmount: of.get("OCMT"),
    exchangeRate: of.get("EXCH"),
    charges: of.get("CHGS"),
  };
}

const known = (text: string | undefined): string | undefined =>
  text === undefined || /^(NOTPROVIDED|NOT PROVIDED|NONREF)$/i.test(text.trim()) ? undefined : text;

const bicIn = (text: string): string | undefined =>
  /^[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/.exec(text.trim())?.[0];
