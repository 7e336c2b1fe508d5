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
import { pageOf } from "./connection.ts";
import {
  accountOf,
  entryOf,
  fundOf,
  fundOfAccount,
  transactionOf,
  type GraphState,
} from "./state.ts";

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
    },
    Mutation: {
      postTransaction: (_, { input: { fundId, ...order } }, caller) => {
        const fund = fundOf(state, fundId);
        holdBack(fund, order, caller);
        const { transaction, isNew } = post(fund, order);
        if (isNew) state.publisher.publish(transaction);
        return transactionValue(transaction);
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
      accounts: ({ id }, page) => pageOf(fundOf(state, id).accounts, page, accountValue),
      transactions: ({ id }, page) =>
        pageOf(fundOf(state, id).transactions.toReversed(), page, transactionValue),
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
    },
    Entry: {
      account: ({ id }) => accountValue(entryOf(state, id).account),
      transaction: ({ id }) => transactionValue(entryOf(state, id).transaction),
    },
  };
}

export const fundValue = ({ id, name, currency, openedAt, position }: Fund) => ({
  id,
  name,
  currency,
  openedAt,
  position,
});

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
});

export const transactionValue = (transaction: Transaction) => ({
  id: transaction.id,
  position: transaction.position,
  effectiveDate: transaction.effectiveDate,
  recordedAt: transaction.recordedAt,
  description: transaction.description,
  reference: transaction.reference,
});

const entryValue = ({ id, side, amount, balanceAfter, account }: Entry) => ({
  id,
  side,
  amount: money(amount, account.currency),
  balanceAfter: money(balanceAfter, account.currency),
});
