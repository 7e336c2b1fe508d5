import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { BookState } from "../../engine/book-state.ts";
import { Findings, checkText } from "../../engine/input-rules.ts";
import type { Want } from "../../engine/slice.ts";
import { requireAccount } from "../accounts/account.ts";
import { requireLeftOut } from "../bank-statements/possible-duplicate.ts";
import { requireFund } from "../funds/fund.ts";
import { ORIGINAL } from "../reversals/reversal.ts";
import { wantItems } from "./match.ts";

/** What is known of a line or a transaction that has no match: who sees to it, why, and whether it is settled. */
interface ItemFacts {
  readonly fundId: string;
  readonly accountId: string;
  /** With `line` the line of a statement; else there is a transaction. */
  readonly importId: string | null;
  readonly line: number | null;
  readonly transactionId: string | null;
  /** Who sees to it, by the id of a user. */
  readonly owner: string | null;
  readonly explanation: string | null;
  readonly isClosed: boolean;
}

/** The command to assign, explain or close a reconciling item. */
export interface UpdateReconcilingItem extends ItemFacts {
  readonly kind: "UpdateReconcilingItem";
}

/** A reconciling item has this owner, explanation and state from now on. */
export interface ReconcilingItemUpdated extends ItemFacts {
  readonly type: "ReconcilingItemUpdated";
}

const itemsOf = ({ importId, line, transactionId }: ItemFacts) => ({
  lines: importId === null || line === null ? [] : [{ importId, line }],
  transactionIds: transactionId === null ? [] : [transactionId],
});

export const wantItem = (item: ItemFacts, want: Want): void => wantItems(itemsOf(item), want);

export function decideItem(
  command: UpdateReconcilingItem,
  state: BookState,
): [ReconcilingItemUpdated] {
  const { kind: _kind, ...facts } = command;
  requireFund(state, facts.fundId);
  const findings = new Findings();
  if (facts.owner !== null) checkText(findings, "owner", facts.owner, { min: 1, max: 200 });
  if (facts.explanation !== null)
    checkText(findings, "explanation", facts.explanation, { min: 1, max: 1_000 });
  findings.refuseIfAny();
  if (facts.isClosed && facts.explanation === null)
    throw invalidInput("explanation", "is needed to close an item");
  const event: ReconcilingItemUpdated = { type: "ReconcilingItemUpdated", ...facts };
  checkItem(state, event);
  return [event];
}

/** The item is one line, or one transaction, of the account. */
export function checkItem(state: BookState, event: ReconcilingItemUpdated): void {
  requireAccount(state, event.accountId);
  const { lines, transactionIds } = itemsOf(event);
  const [line, id] = [lines[0], transactionIds[0]];
  if ((line === undefined) === (id === undefined))
    throw invalidInput("transactionId", "give a line of a statement or a transaction");
  if (line !== undefined && requireLeftOut(state, line).accountId !== event.accountId)
    throw invalidInput("line", "is of another account");
  const isOnAccount = state
    .get(ORIGINAL, id ?? "")
    ?.legs.some(({ accountId }) => accountId === event.accountId);
  if (id !== undefined && isOnAccount !== true)
    throw new AppError("TRANSACTION_NOT_FOUND", `The account has no transaction ${id}.`);
}
