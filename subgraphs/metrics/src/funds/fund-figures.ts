import type { DatabaseClient } from "@allfunds/platform/database";
import { addDays, daysBetween } from "../series/calendar.ts";
import { Interval } from "../series/interval.ts";
import { NO_CHANGE, readFundBuckets, readSumsUpTo } from "../series/read-fund-series.ts";
import type { FundSums } from "../series/read-fund-series.ts";
import { readFund } from "./read-fund.ts";
import type { CashAccounts } from "./read-fund.ts";

export interface Flows {
  inflow: bigint;
  outflow: bigint;
}

/** Everything a fund's metrics are computed from, in minor units of each currency. */
export interface FundFigures {
  fundId: string;
  position: number;
  currency: string;
  asOf: string;
  cashAccounts: CashAccounts;
  /** Calendar days from the first entry to `asOf`, both included. */
  daysOfHistory: number;
  balances: FundSums;
  otherBalances: Map<string, FundSums>;
  flows30d: Flows;
  flows90d: Flows;
  /** Other currencies with cash flows in the last 90 days. */
  otherFlowCurrencies: string[];
}

/** Reads the figures of a fund as of its last day with entries, at the latest `today`. */
export async function readFundFigures(
  client: DatabaseClient,
  tenantId: string,
  fundId: string,
  today: string,
): Promise<FundFigures> {
  const fund = await readFund(client, tenantId, fundId, today);
  const asOf = fund.activity?.to ?? today;
  const balances = await readSumsUpTo(client, tenantId, fundId, asOf);
  const recent = await readFundBuckets(client, tenantId, fundId, Interval.DAY, {
    from: addDays(asOf, -89),
    to: asOf,
  });
  const own = recent.filter(({ currency }) => currency === fund.currency);
  const others = recent.filter(
    ({ currency, inflow, outflow }) =>
      currency !== fund.currency && (inflow !== 0n || outflow !== 0n),
  );
  return {
    fundId,
    position: fund.position,
    currency: fund.currency,
    asOf,
    cashAccounts: fund.cashAccounts,
    daysOfHistory: fund.activity === null ? 0 : daysBetween(fund.activity.from, asOf) + 1,
    balances: balances.get(fund.currency) ?? NO_CHANGE,
    otherBalances: new Map([...balances].filter(([currency]) => currency !== fund.currency)),
    flows30d: sumFlows(own.filter(({ bucket }) => bucket > addDays(asOf, -30))),
    flows90d: sumFlows(own),
    otherFlowCurrencies: [...new Set(others.map(({ currency }) => currency))],
  };
}

const sumFlows = (buckets: readonly Flows[]): Flows =>
  buckets.reduce<Flows>(
    (sum, { inflow, outflow }) => ({
      inflow: sum.inflow + inflow,
      outflow: sum.outflow + outflow,
    }),
    { inflow: 0n, outflow: 0n },
  );
