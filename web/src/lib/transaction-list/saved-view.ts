import { readAmount } from "../money/read-amount.ts";
import { transactionSearch, type TransactionQuery } from "./transaction-query.ts";

const LONGEST_NAME = 60;

/** What is kept of a filter, and of which fund. */
export interface ViewOfFilter {
  readonly name: string;
  readonly fundId: string | null;
  readonly search: string;
}

/**
 * A filter as a view. Amounts are kept so that every notation reads them alike: a reader who changes the language
 * gets the same list. `point` is the decimal sign in which they were typed.
 */
export function viewOf(
  name: string,
  fundId: string,
  asked: TransactionQuery,
  point: string,
): ViewOfFilter | undefined {
  const trimmed = name.trim();
  if (trimmed === "" || trimmed.length > LONGEST_NAME) return undefined;
  const { amountFrom, amountTo } = asked;
  const search = transactionSearch({
    ...asked,
    amountFrom: inEveryNotation(amountFrom, point),
    amountTo: inEveryNotation(amountTo, point),
  });
  // The ids of accounts are those of one fund.
  return { name: trimmed, fundId: asked.account === "" ? null : fundId, search: search.slice(1) };
}

/** Three digits behind a sign could be a group of them; four cannot. */
function inEveryNotation(text: string, point: string): string {
  const plain = readAmount(text, undefined, point) ?? text;
  return /\.\d{3}$/.test(plain) ? `${plain}0` : plain;
}

/** Whether a view is the list that is shown. */
export const isShown = (view: ViewOfFilter, asked: TransactionQuery, point: string): boolean =>
  viewOf(view.name, "", asked, point)?.search === view.search;
