import type { AnyVariables } from "@urql/core";
import {
  AccountStatementDocument,
  FundBooksDocument,
  FundHistoryDocument,
  type AccountStatementQuery,
  type AccountStatementQueryVariables,
  type FundBooksQuery,
  type FundBooksQueryVariables,
  type FundFiguresFragment,
  type FundHistoryQuery,
  type FundHistoryQueryVariables,
  type TransactionPostedSubscription,
} from "../graph/graph-types.generated.ts";

/** What one message of the live feed carries: the transaction, its category and the fund's new figures. */
export type LiveTransaction = TransactionPostedSubscription["transactionPosted"];

/** How a document's data follows postings, so that they need not be fetched again. */
export interface Patch<Data, Variables> {
  /** Up to where in which fund's book the data reaches; undefined when there are none. */
  readonly reach: (data: Data) => { fundId: string; position: number } | undefined;
  readonly figures?: (data: Data) => FundFiguresFragment | null | undefined;
  /** The data with one more posting, which is behind their position. `undefined`: only a new answer shows it. */
  readonly apply: (data: Data, posted: LiveTransaction, variables: Variables) => Data | undefined;
}

const fundBooks: Patch<FundBooksQuery, FundBooksQueryVariables> = {
  reach: ({ fund }) => (fund ? { fundId: fund.id, position: fund.position } : undefined),
  apply: (data, posted, { after, first }) => {
    if (data.fund === null) return data;
    const { accounts, transactions } = data.fund;
    const nodes = after
      ? transactions.nodes
      : [rowOf(posted), ...transactions.nodes].slice(0, first);
    return {
      ...data,
      fund: {
        ...data.fund,
        position: posted.position,
        accounts: {
          ...accounts,
          nodes: accounts.nodes.map((account) => {
            const entry = posted.entries.findLast((each) => each.account.id === account.id);
            return entry ? { ...account, balance: entry.balanceAfter } : account;
          }),
        },
        transactions: { ...transactions, nodes },
      },
    };
  },
};

/** The row of a list: without what the message carries for the figures. */
const rowOf = ({ fund, ...posted }: LiveTransaction) => {
  const { position: _position, metrics: _metrics, ...name } = fund;
  return { ...posted, fund: name };
};

const accountStatement: Patch<AccountStatementQuery, AccountStatementQueryVariables> = {
  reach: ({ account }) =>
    account ? { fundId: account.fund.id, position: account.fund.position } : undefined,
  apply: (data, posted, { from, to }) => {
    if (data.account === null) return data;
    const { account } = data;
    const mine = posted.entries.filter((entry) => entry.account.id === account.id);
    const last = mine.at(-1);
    const fund = { ...account.fund, position: posted.position };
    if (last === undefined) return { ...data, account: { ...account, fund } };
    const inPeriod = (!from || posted.effectiveDate >= from) && (!to || posted.effectiveDate <= to);
    const nodes = inPeriod ? withEntries(account.entries, mine, posted) : account.entries.nodes;
    return {
      ...data,
      account: {
        ...account,
        fund,
        balance: last.balanceAfter,
        available: last.account.available,
        version: last.account.version,
        entries: { ...account.entries, nodes },
      },
    };
  },
};

type Entries = NonNullable<AccountStatementQuery["account"]>["entries"];

/** Statements run in order of recording: new entries follow on the last page only. */
function withEntries(
  { nodes, pageInfo }: Entries,
  entries: LiveTransaction["entries"],
  posted: LiveTransaction,
): Entries["nodes"] {
  if (pageInfo.hasNextPage) return nodes;
  const { id, position, effectiveDate, description, reference } = posted;
  const transaction = {
    __typename: "Transaction",
    id,
    position,
    effectiveDate,
    description,
    reference,
  };
  return [
    ...nodes,
    ...entries.map(({ account: _account, ...entry }) => ({ ...entry, transaction })),
  ];
}

const fundHistory: Patch<FundHistoryQuery, FundHistoryQueryVariables> = {
  reach: ({ fund }) => {
    const metrics = fund?.metrics;
    return metrics ? { fundId: fund.id, position: metrics.position } : undefined;
  },
  figures: ({ fund }) => fund?.metrics,
  apply: (data, posted) => {
    const { fund } = data;
    const { metrics } = posted.fund;
    if (fund === null || metrics === null || !fund.balanceHistory) return undefined;
    const balanceHistory = withDay(fund.balanceHistory, posted.effectiveDate, metrics);
    return balanceHistory && { ...data, fund: { ...fund, metrics, balanceHistory } };
  },
};

type Days = NonNullable<NonNullable<FundHistoryQuery["fund"]>["balanceHistory"]>;

/** The history with today's figures on the day of a posting, unless other days changed as well. */
function withDay(days: Days, day: string, figures: FundFiguresFragment): Days | undefined {
  const { cash, netAssetValue, otherCurrencies, asOf } = figures;
  const last = days.at(-1);
  // What lies before the last day, or ahead of today, or is converted, only metrics computes.
  if (!last || !cash || day < last.date || day > asOf || otherCurrencies.length > 0)
    return undefined;
  const between = daysBetween(last.date, day).map((date) => ({ ...last, date }));
  const point = { ...last, date: day, cash, netAssetValue, withoutRate: [] };
  return [...(day === last.date ? days.slice(0, -1) : [...days, ...between]), point];
}

const DAY_MS = 86_400_000;

/** The calendar dates between two others, neither of them included. */
function daysBetween(first: string, last: string): string[] {
  const [start, end] = [Date.parse(first), Date.parse(last)];
  const count = Math.max(0, Math.round((end - start) / DAY_MS) - 1);
  return Array.from({ length: count }, (_, at) =>
    new Date(start + (at + 1) * DAY_MS).toISOString().slice(0, 10),
  );
}

type AnyPatch = Patch<unknown, AnyVariables>;

const PATCHES = new Map<unknown, AnyPatch>([
  [FundBooksDocument, fundBooks as AnyPatch],
  [AccountStatementDocument, accountStatement as AnyPatch],
  [FundHistoryDocument, fundHistory as AnyPatch],
]);

/** How a document follows postings; undefined for one that does not. */
export const patchOf = (document: unknown): AnyPatch | undefined => PATCHES.get(document);
