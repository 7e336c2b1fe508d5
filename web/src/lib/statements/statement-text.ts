import type { Reader } from "../dates/reader.svelte.ts";
import type { PlainKey, Translate } from "../language/messages.ts";
import type {
  BankStatementLineRowFragment,
  BankStatementRowFragment,
  StatementFormat,
} from "../graph/graph-types.generated.ts";

const FORMATS: Readonly<Record<StatementFormat, string>> = {
  ABO: "ABO",
  BAI2: "BAI2",
  CAMT_052: "camt.052",
  CAMT_053: "camt.053",
  CAMT_054: "camt.054",
  CFONB_120: "CFONB 120",
  CODA: "CODA",
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
  t: Translate,
): string {
  if (from === null || to === null) return t("statements.noPeriod");
  return from === to
    ? reader.day(from)
    : t("statements.period", { from: reader.day(from), to: reader.day(to) });
}

interface LineOutcome {
  readonly text: PlainKey;
  readonly tone: "warn" | undefined;
}

/** What became of a line, as a key of the catalogue. */
export function outcomeOf(
  line: Pick<
    BankStatementLineRowFragment,
    "verdict" | "decision" | "transactionId" | "transaction"
  >,
  state: BankStatementRowFragment["state"],
): LineOutcome {
  const { verdict, decision, transactionId, transaction } = line;
  if (transaction !== null) {
    const posted = decision === "CONFIRMED" ? "confirmed" : "posted";
    return plain(
      state === "UNDONE" ? `statements.outcome.${posted}Reversed` : `statements.outcome.${posted}`,
    );
  }
  if (transactionId !== null) return { text: "statements.outcome.needsApproval", tone: "warn" };
  if (verdict === "DUPLICATE") return plain("statements.outcome.inBooks");
  if (decision === "REJECTED") return plain("statements.outcome.keptOut");
  if (verdict === "POSSIBLE_DUPLICATE" && state === "IMPORTED")
    return { text: "statements.outcome.toDecide", tone: "warn" };
  return plain("statements.outcome.leftOut");
}

const plain = (text: PlainKey): LineOutcome => ({ text, tone: undefined });

/** Whether a person can still post a line that was left out. */
export const isDecidable = (
  { verdict, transactionId }: Pick<BankStatementLineRowFragment, "verdict" | "transactionId">,
  state: BankStatementRowFragment["state"],
): boolean => state === "IMPORTED" && verdict === "POSSIBLE_DUPLICATE" && transactionId === null;

/** The page of a single transaction. */
export const transactionPath = (fundId: string, id: string): string =>
  `/funds/${fundId}/categories?transaction=${id}`;
