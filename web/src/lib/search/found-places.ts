import {
  SearchedAccountsDocument,
  SearchFundDocument,
  SearchFundsDocument,
  type FoundInFundFragment,
  type SearchedAccountsQuery,
  type SearchFundQuery,
  type SearchFundsQuery,
} from "../graph/graph-types.generated.ts";
import { sendPageQuery } from "../graph/page-request.ts";
import type { Problem } from "../problems.ts";
import type { AccountPlace } from "./places.ts";
import { readSought } from "./sought.ts";

/** Funds whose accounts and transactions the palette looks through; `/search` goes on behind them. */
export const FUNDS_SEARCHED = 20;
const FOUND_IN_FUND = 5;

/** The accounts of an answer, with the names of their funds. */
export const accountsIn = (data: SearchedAccountsQuery | null | undefined): AccountPlace[] =>
  data?.funds.nodes.flatMap((fund) =>
    fund.accounts.nodes.map(({ id, code, name }) => ({ id, code, name, fundName: fund.name })),
  ) ?? [];

/** Reads the accounts of the first funds through the page's server. */
export async function readAccounts(): Promise<AccountPlace[]> {
  const { data } = await sendPageQuery(SearchedAccountsDocument, { first: FUNDS_SEARCHED });
  return accountsIn(data as SearchedAccountsQuery | null);
}

/** Funds with the transactions that fit, or why there are none. */
export interface FoundTransactions {
  readonly funds: readonly FoundInFundFragment[];
  readonly problem: Problem | undefined;
}

/** Looks for transactions in one fund, or in the first ones. */
export async function findTransactions(
  typed: string,
  fundId: string | undefined,
  point: string,
): Promise<FoundTransactions> {
  const sought = readSought(typed, point);
  if (sought === undefined) return { funds: [], problem: undefined };
  const variables = { ...sought, found: FOUND_IN_FUND };
  if (fundId === undefined) {
    const answer = await sendPageQuery(SearchFundsDocument, {
      ...variables,
      first: FUNDS_SEARCHED,
    });
    const data = answer.data as SearchFundsQuery | null;
    return { funds: data?.funds.nodes ?? [], problem: answer.problems[0] };
  }
  const answer = await sendPageQuery(SearchFundDocument, { ...variables, id: fundId });
  const fund = (answer.data as SearchFundQuery | null)?.fund;
  return { funds: fund ? [fund] : [], problem: answer.problems[0] };
}
