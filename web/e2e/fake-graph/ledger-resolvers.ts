import type * as Graph from "@allfunds/graph-tools/fake-graph";
import {
  money,
  post,
  type Account,
  type Entry,
  type Fund,
  type Order,
  type Transaction,
} from "./books.ts";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageBothWays, pageOf } from "./connection.ts";
import {
  accountOf,
  entryOf,
  fundOf,
  fundOfAccount,
  transactionOf,
  type GraphState,
} from "./state.ts";
import { listed, marksOf, totalsOf } from "./transaction-lists.ts";

const LONGEST_NAME = 200;

/** Funds, accounts and transactions. `holdBack` throws when an order has to wait for approval. */
export function ledgerResolvers(
  state: GraphState,
  holdBack: (fund: Fund, order: Order, caller: Caller) => void,
): Graph.Resolvers<Caller> {
  return {
    Query: {
      funds: (_, page) => pageOf(state.funds, page, fundValue),
      fund: (_, { id }) => {
        const fund = state.funds.find((candidate) => candidate.id === id);
        return fund ? fundValue(fund) : null;
      },
      account: (_, { id }) => {
        const account = state.funds
          .flatMap(({ accounts }) => accounts)
          .find((one) => one.id === id);
        return account ? accountValue(account) : null;
      },
      transaction: (_, { id }) => {
        const found = state.funds.flatMap(({ transactions }) => transactions);
        const transaction = found.find((each) => each.id === id);
        return transaction ? transactionValue(transaction) : null;
      },
    },
    Mutation: {
      postTransaction: (_, { input: { fundId, ...order } }, caller) => {
        const fund = fundOf(state, fundId);
        holdBack(fund, order, caller);
        const { transaction, isNew } = post(fund, order);
        if (isNew) state.publisher.publish(transaction);
        return transactionValue(transaction);
      },
      reverseTransaction: (_, { input: { transactionId, ...details } }, caller) => {
        const original = transactionOf(state, transactionId);
        if (isTakenBack(original))
          throw codedError("TRANSACTION_ALREADY_REVERSED", "The transaction is already reversed.");
        const order = reversalOf(original, details);
        holdBack(original.fund, order, caller);
        const { transaction } = post(original.fund, order);
        transaction.reverses = original;
        state.publisher.publish(transaction);
        return transactionValue(transaction);
      },
      reverseTransactions: (_, { input: { transactionIds, idempotencyKey, ...details } }) => {
        const results = transactionIds.map((transactionId, index) => {
          const original = transactionOf(state, transactionId);
          if (isTakenBack(original)) {
            const message = "The transaction is already reversed.";
            return {
              index,
              transaction: null,
              error: { code: "TRANSACTION_ALREADY_REVERSED", message },
            };
          }
          const key = idempotencyKey ? `${idempotencyKey}-${index}` : null;
          const order = reversalOf(original, { ...details, idempotencyKey: key });
          const { transaction } = post(original.fund, order);
          transaction.reverses = original;
          state.publisher.publish(transaction);
          return { index, transaction: transactionValue(transaction), error: null };
        });
        const refused = results.filter(({ error }) => error !== null).length;
        return { results, refused, posted: results.length - refused };
      },
      renameAccount: (_, { input: { accountId, name, parentId, countsAsCash } }) => {
        const account = accountOf(state, accountId);
        if ((name ?? "").length > LONGEST_NAME) {
          throw codedError("INVALID_INPUT", "The input is not valid.");
        }
        Object.assign(account, { name, parentId, countsAsCash });
        return accountValue(account);
      },
    },
    Subscription: {
      transactionPosted: {
        subscribe: (_, { fundId }) => state.publisher.subscribe(fundId),
        resolve: transactionValue,
      },
    },
    Fund: {
      accounts: ({ id }, { inMoney, ...page }) => {
        const isWanted = ({ currency }: Account): boolean =>
          typeof inMoney !== "boolean" || inMoney !== currency.includes("/");
        return pageOf(fundOf(state, id).accounts.filter(isWanted), page, accountValue);
      },
      transactions: ({ id }, { filter, order, ...page }) => {
        const list = listed(fundOf(state, id), filter, order);
        return {
          ...pageBothWays(list, page, transactionValue),
          totals: totalsOf(list, filter),
          marks: marksOf(list),
        };
      },
    },
    Account: {
      fund: ({ id }) => fundValue(fundOfAccount(state, id)),
      parent: ({ id }) => {
        const { parentId } = accountOf(state, id);
        return parentId === null ? null : accountValue(accountOf(state, parentId));
      },
      entries: ({ id }, page) =>
        pageOf(
          fundOfAccount(state, id)
            .transactions.flatMap(({ entries }) => entries)
            .filter(({ account }) => account.id === id)
            .toReversed(),
          page,
          entryValue,
        ),
    },
    Transaction: {
      fund: ({ id }) => fundValue(transactionOf(state, id).fund),
      entries: ({ id }) => transactionOf(state, id).entries.map(entryValue),
      reverses: ({ id }) => {
        const { reverses } = transactionOf(state, id);
        return reverses === null ? null : transactionValue(reverses);
      },
      reversedBy: ({ id }) => {
        const original = transactionOf(state, id);
        const all = original.fund.transactions;
        return all.filter(({ reverses }) => reverses === original).map(transactionValue);
      },
    },
    Entry: {
      account: ({ id }) => accountValue(entryOf(state, id).account),
      transaction: ({ id }) => transactionValue(entryOf(state, id).transaction),
    },
  };
}

const isTakenBack = (original: Transaction): boolean =>
  original.fund.transactions.some(({ reverses }) => reverses === original);

/** The opposite of every entry. */
const reversalOf = (
  { entries, effectiveDate, description }: Transaction,
  details: Omit<Graph.ReverseTransactionInput, "transactionId">,
): Order => ({
  effectiveDate: details.effectiveDate ?? effectiveDate,
  description: details.description ?? `Reversal of ${description}`,
  idempotencyKey: details.idempotencyKey ?? null,
  entries: entries.map(({ account, side, amount }) => ({
    accountId: account.id,
    side: side === "DEBIT" ? "CREDIT" : "DEBIT",
    amount: money(amount, account.currency).amount,
  })),
});

export const fundValue = ({ id, name, currency, openedAt, position }: Fund) => ({
  id,
  name,
  currency,
  openedAt,
  position,
});

const CLASSES = {
  ASSET: "CURRENT",
  LIABILITY: "CURRENT",
  EQUITY: "CAPITAL",
  INCOME: "ORDINARY",
  EXPENSE: "ORDINARY",
} as const;

export const accountValue = ({ id, code, name, type, currency, ...account }: Account) => ({
  id,
  code,
  name,
  type,
  currency,
  countsAsCash: account.countsAsCash,
  balance: money(account.balance, currency),
  available: money(account.balance, currency),
  version: 1,
  managed: false,
  class: CLASSES[type],
});

export const transactionValue = (transaction: Transaction) => ({
  id: transaction.id,
  position: transaction.position,
  effectiveDate: transaction.effectiveDate,
  recordedAt: transaction.recordedAt,
  description: transaction.description,
  reference: transaction.reference,
  fx: [],
  postedBy: { actor: "anna", who: { id: "anna", name: "Anna Accountant", kind: "USER" as const } },
});

const entryValue = ({ id, side, amount, balanceAfter, account }: Entry) => ({
  id,
  side,
  amount: money(amount, account.currency),
  balanceAfter: money(balanceAfter, account.currency),
});
