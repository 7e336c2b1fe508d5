import type { Reader } from "../dates/reader.svelte.ts";
import type {
  BankStatementLineRowFragment,
  BankStatementRowFragment,
  StatementFormat,
} from "../graph/graph-types.generated.ts";

const FORMATS: Readonly<Record<StatementFormat, string>> = {
  BAI2: "BAI2",
  CAMT_052: "camt.052",
  CAMT_053: "camt.053",
  CAMT_054: "camt.054",
  CSV: "CSV",
  MT940: "MT940",
  MT942: "MT942",
  OFX: "OFX",
  QIF: "QIF",
  XLSX: "Excel",
};

/** The format of a bank's file, as banks write it. */
export const formatName = (format: StatementFormat): string => FORMATS[format];

/** The booking dates that a statement covers. */
export function periodOf(
  { from, to }: Pick<BankStatementRowFragment, "from" | "to">,
  reader: Pick<Reader, "day">,
): string {
  if (from === null || to === null) return "Period not kept";
  return from === to ? reader.day(from) : `${reader.day(from)} to ${reader.day(to)}`;
}

interface LineOutcome {
  readonly text: string;
  readonly tone: "warn" | undefined;
}

/** What became of a line, in the words of the statement's page. */
export function outcomeOf(
  line: Pick<
    BankStatementLineRowFragment,
    "verdict" | "decision" | "transactionId" | "transaction"
  >,
  state: BankStatementRowFragment["state"],
): LineOutcome {
  const { verdict, decision, transactionId, transaction } = line;
  if (transaction !== null) {
    const posted = decision === "CONFIRMED" ? "Confirmed and posted" : "Posted";
    return plain(state === "UNDONE" ? `${posted}, then reversed` : posted);
  }
  if (transactionId !== null) return { text: "Not posted: needs approval", tone: "warn" };
  if (verdict === "DUPLICATE") return plain("In the books already");
  if (decision === "REJECTED") return plain("Kept out");
  if (verdict === "POSSIBLE_DUPLICATE" && state === "IMPORTED")
    return { text: "To decide", tone: "warn" };
  return plain("Left out");
}

const plain = (text: string): LineOutcome => ({ text, tone: undefined });

/** Whether a person can still post a line that was left out. */
export const isDecidable = (
  { verdict, transactionId }: Pick<BankStatementLineRowFragment, "verdict" | "transactionId">,
  state: BankStatementRowFragment["state"],
): boolean => state === "IMPORTED" && verdict === "POSSIBLE_DUPLICATE" && transactionId === null;

/** The page of a single transaction. */
export const transactionPath = (fundId: string, id: string): string =>
  `/funds/${fundId}/categories?transaction=${id}`;
