import { randomUUID } from "node:crypto";
import type * as Graph from "@allfunds/graph-tools/fake-graph";
import { openAccount, openFund, type Fund, type Period } from "./books.ts";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";
import { accountValue, fundValue } from "./ledger-resolvers.ts";
import { fundOf, type GraphState } from "./state.ts";

const SOME_TIME = "2026-11-23T09:30:00.000Z";

/** Funds, accounts and charts that are opened; periods that are closed and reopened. */
export function setUpResolvers(state: GraphState): Graph.Resolvers<Caller> {
  return {
    Mutation: {
      openFund: (_, { input: { name } }) => {
        const fund = openFund(name, []);
        state.funds.push(fund);
        return fundValue(fund);
      },
      openChart: (_, { input: { fundId } }) => {
        const fund = fundOf(state, fundId);
        fund.accounts.push(opened("1000", "Cash at bank", "ASSET"));
        fund.accounts.push(opened("3000", "Unit capital", "EQUITY"));
        return { fund: fundValue(fund), opened: 2 };
      },
      openAccount: (_, { input: { fundId, code, name, type } }) => {
        const fund = fundOf(state, fundId);
        if (fund.accounts.some((account) => account.code === code))
          throw codedError("ALREADY_EXISTS", "The fund has an account with this code.");
        const account = opened(code, name, type);
        fund.accounts.push(account);
        return accountValue(account);
      },
      closePeriod: (_, { input: { fundId, from, to } }) => {
        const period = { id: randomUUID(), from: from ?? null, to, reopenReason: null };
        fundOf(state, fundId).periods.push(period);
        return periodValue(period);
      },
      reopenPeriod: (_, { input: { fundId, periodId, reason } }) => {
        const period = periodOf(fundOf(state, fundId), periodId);
        period.reopenReason = reason;
        return periodValue(period);
      },
    },
    Fund: {
      periods: ({ id }, page) => pageOf(fundOf(state, id).periods.toReversed(), page, periodValue),
    },
  };
}

const opened = (code: string, name: string, type: Graph.AccountType) =>
  openAccount({ code, name, type, currency: "EUR" });

function periodOf(fund: Fund, id: string): Period {
  const period = fund.periods.find((each) => each.id === id);
  if (!period) throw codedError("NOT_FOUND", "There is no such period.");
  return period;
}

const periodValue = ({ id, from, to, reopenReason }: Period) => ({
  id,
  from,
  to,
  closedAt: SOME_TIME,
  reopenedAt: reopenReason === null ? null : SOME_TIME,
  reopenReason,
});
