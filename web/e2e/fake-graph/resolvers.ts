import { money, post, Refusal, type Account, type Entry, type Fund, type Order } from "./books.ts";
import type { Transaction } from "./books.ts";
import { fundMetrics, monthly, repeatLastMonth } from "./figures.ts";
import { importCsv } from "./import-csv.ts";
import type { Publisher } from "./publisher.ts";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { createLimits } from "./approval-limits.ts";
import type { Switches } from "./switches.ts";
import { createProposals, type NameOf } from "./proposals.ts";

interface Rename {
  accountId: string;
  name: string;
  parentId: string | null;
  countsAsCash: boolean;
}

export function createResolvers(
  funds: Fund[],
  publisher: Publisher,
  switches: Switches,
  nameOf: NameOf,
) {
  const fundOf = (id: string) => {
    const fund = funds.find((candidate) => candidate.id === id);
    if (!fund) throw codedError("FUND_NOT_FOUND", "There is no such fund.");
    return fund;
  };
  const proposals = createProposals(
    (fund, order) => {
      const { transaction } = post(fund, order);
      publisher.publish(transaction);
      return transactionView(transaction);
    },
    fundView,
    nameOf,
  );
  return {
    funds: () => ({ nodes: funds.map(fundView), pageInfo: page(false) }),
    fund: ({ id }: { id: string }) => {
      const fund = funds.find((candidate) => candidate.id === id);
      return fund ? fundView(fund) : null;
    },
    account: ({ id }: { id: string }) => {
      const fund = fundHolding(id);
      const account = fund?.accounts.find((one) => one.id === id);
      return fund && account ? accountView(fund, account) : null;
    },
    ...proposals.resolvers,
    ...createLimits(switches),
    postTransaction: ({ input }: { input: Order & { fundId: string } }, caller: Caller) => {
      proposals.holdBack(fundOf(input.fundId), input, caller, switches.limit);
      try {
        const { transaction, isNew } = post(fundOf(input.fundId), input);
        if (isNew) publisher.publish(transaction);
        return transactionView(transaction);
      } catch (error) {
        throw error instanceof Refusal ? codedError(error.code, error.message) : error;
      }
    },
    importStatement: ({ input }: { input: { accountId: string; content: string } }) =>
      importLines(fundHolding(input.accountId), input),
    renameAccount: ({ input }: { input: Rename }) => {
      const fund = fundHolding(input.accountId);
      const account = fund?.accounts.find(({ id }) => id === input.accountId);
      if (!fund || !account) throw codedError("ACCOUNT_NOT_FOUND", "There is no such account.");
      if (input.name.length > 200) throw codedError("INVALID_INPUT", "The input is not valid.");
      Object.assign(account, {
        name: input.name,
        parentId: input.parentId,
        countsAsCash: input.countsAsCash,
      });
      return accountView(fund, account);
    },
    transactionPosted: publisher.subscribe,
    viewTransaction: transactionView,
  };

  function fundHolding(accountId: string): Fund | undefined {
    return funds.find(({ accounts }) => accounts.some(({ id }) => id === accountId));
  }

  function importLines(fund: Fund | undefined, statement: { accountId: string; content: string }) {
    if (!fund) throw codedError("ACCOUNT_NOT_FOUND", "There is no such account.");
    const { lines, posted } = importCsv(fund, statement);
    for (const transaction of posted) publisher.publish(transaction);
    return {
      id: fund.id,
      lines,
      posted: posted.length,
      proposed: 0,
      duplicates: lines - posted.length,
      skipped: 0,
    };
  }

  function fundView(fund: Fund): object {
    return {
      ...fund,
      accounts: () => ({
        nodes: fund.accounts.map((account) => accountView(fund, account)),
        pageInfo: page(false),
      }),
      transactions: ({ first, after }: { first: number; after?: string }) =>
        slice(fund.transactions.toReversed(), first, after, transactionView),
      metrics: () => {
        if (switches.figuresFail)
          throw codedError("UPSTREAM_UNAVAILABLE", "Metrics are unavailable.");
        return fundMetrics(fund);
      },
      balanceHistory: () =>
        monthly(fund).map((month) => ({
          date: month.date,
          cash: money(month.cash, fund.currency),
          netAssetValue: money(month.netAssetValue, fund.currency),
        })),
      cashFlows: () =>
        monthly(fund).map((month) => ({
          period: month.date,
          inflow: money(month.inflow, fund.currency),
          outflow: money(month.outflow, fund.currency),
          net: money(month.inflow - month.outflow, fund.currency),
        })),
      forecast: ({ horizon }: { horizon: number }) => {
        const forecast = repeatLastMonth(fund, horizon);
        if (!forecast)
          throw codedError("INSUFFICIENT_DATA", "A forecast needs 12 months of history.");
        return forecast;
      },
      insights: () => ({
        nodes: [
          {
            id: `${fund.id}-insight`,
            kind: "UNUSUAL_AMOUNT",
            message: "A subscription of 390,000.93 EUR is far above the usual 210,000.50 EUR.",
            effectiveDate: fund.transactions[0]?.effectiveDate ?? "2026-11-22",
            evidence: [],
          },
        ],
        pageInfo: page(false),
      }),
      spendingByCategory: () => [
        {
          category: { code: "fee", name: "Fee" },
          outflow: money(8_219_180n, fund.currency),
          inflow: money(0n, fund.currency),
          transactions: 14,
        },
      ],
    };
  }

  function accountView(fund: Fund, account: Account): object {
    return {
      ...account,
      fund: () => fundView(fund),
      parent: () => {
        const parent = fund.accounts.find(({ id }) => id === account.parentId);
        return parent ? accountView(fund, parent) : null;
      },
      balance: money(account.balance, account.currency),
      available: money(account.balance, account.currency),
      version: fund.position,
      entries: ({ first, after }: { first: number; after?: string }) =>
        slice(
          fund.transactions
            .flatMap((transaction) => transaction.entries)
            .filter((entry) => entry.account === account)
            .toReversed(),
          first,
          after,
          entryView,
        ),
    };
  }

  function transactionView(transaction: Transaction): object {
    return {
      ...transaction,
      metadata: {},
      fund: () => fundView(transaction.fund),
      entries: () => transaction.entries.map(entryView),
      category: categoryOf(transaction),
    };
  }

  function entryView(entry: Entry): object {
    return {
      ...entry,
      account: () => accountView(entry.transaction.fund, entry.account),
      amount: money(entry.amount, entry.account.currency),
      balanceAfter: money(entry.balanceAfter, entry.account.currency),
      transaction: () => transactionView(entry.transaction),
    };
  }
}

function categoryOf({ description, recordedAt }: Transaction) {
  const word = /subscription|redemption|fee|dividend|custody|purchase/i.exec(description)?.[0];
  return {
    code: (word ?? "other").toLowerCase(),
    name: word ? word[0]?.toUpperCase() + word.slice(1).toLowerCase() : "Other",
    confidence: word ? 0.93 : 0.41,
    source: "MODEL",
    model: "fake",
    evidence: word ? [word.toLowerCase()] : [],
    needsReview: !word,
    categorisedAt: recordedAt,
  };
}

function slice<Node>(
  all: Node[],
  first: number,
  after: string | undefined,
  view: (node: Node) => object,
) {
  const start = after === undefined ? 0 : Number(after);
  const end = start + first;
  return {
    nodes: all.slice(start, end).map(view),
    pageInfo: page(end < all.length, start > 0, String(Math.min(end, all.length))),
  };
}

function page(hasNextPage: boolean, hasPreviousPage = false, endCursor: string | null = null) {
  return { hasNextPage, hasPreviousPage, startCursor: null, endCursor };
}
