import { textsOf } from "../forms/form-data.ts";
import type {
  ReconcilingItemRowFragment,
  StatementLineInput,
  SuggestedMatchRowFragment,
} from "../graph/graph-types.generated.ts";

/** What a form sends for an item: the statement and number of a line, or the id of a transaction. */
export function tokenOf({ side, statementId, line, transactionId }: ReconcilingItemRowFragment) {
  return side === "BANK"
    ? lineToken({ statementId: statementId ?? "", line: line ?? 0 })
    : (transactionId ?? "");
}

export const lineToken = ({ statementId, line }: StatementLineInput): string =>
  `${statementId}:${line}`;

function lineOf(token: string): StatementLineInput | undefined {
  const [statementId = "", number = ""] = token.split(":");
  return statementId !== "" && /^\d{1,9}$/.test(number)
    ? { statementId, line: Number(number) }
    : undefined;
}

/** The lines that a form names; undefined when one of them cannot be read. */
export function linesIn(form: FormData, name: string): StatementLineInput[] | undefined {
  const lines = textsOf(form, name).map(lineOf);
  return lines.every((line) => line !== undefined) ? lines : undefined;
}

/** The one item that a choice names: its side, and what stands for it. */
export function itemOf(choice: string) {
  const [side, token = ""] = choice.split(" ");
  return side === "BANK"
    ? { line: lineOf(token) ?? null, transactionId: null }
    : { line: null, transactionId: token };
}

/** A likely match with what it puts together, as far as the page lists it. */
export function withItems(
  { lines, transactionIds, ...match }: SuggestedMatchRowFragment,
  items: readonly ReconcilingItemRowFragment[],
) {
  const wanted = new Set([...lines.map(lineToken), ...transactionIds]);
  return {
    ...match,
    lines,
    transactionIds,
    items: items.filter((item) => wanted.has(tokenOf(item))),
  };
}
