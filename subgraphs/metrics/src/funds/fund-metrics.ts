import { CASH_RULE } from "@allfunds/contract/events";
import { divideRounded, formatAmount } from "@allfunds/contract/money";
import type { Money } from "@allfunds/contract/money";
import type { DatabaseClient } from "@allfunds/platform/database";
import { readFund } from "../books/followed-books.ts";
import type { CashAccounts } from "../books/followed-books.ts";
import { missingMetric, moneyMetric, numberMetric } from "../metric/metric.ts";
import type { Metric, MetricDescription } from "../metric/metric.ts";
import { addDays, daysBetween } from "../series/calendar.ts";
import { Interval } from "../series/date-range.ts";
import { NO_CHANGE, readFundBuckets, readSumsUpTo } from "../series/fund-series.ts";
import type { FundSums } from "../series/fund-series.ts";

interface Flows {
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

const BURN_DAYS = 90;
const NO_CASH_ACCOUNT = `The fund has no cash account. ${CASH_RULE}`;

/** Net assets in currencies other than the fund's own, those that are not zero. */
export const otherNetAssets = ({ otherBalances }: FundFigures): Money[] =>
  [...otherBalances]
    .map(([currency, { assets, liabilities }]) => ({ currency, minor: assets - liabilities }))
    .filter(({ minor }) => minor !== 0n);

/** All metrics of a fund. Pure: the same figures always give the same metrics. */
export function fundMetrics(figures: FundFigures): Metric[] {
  const burn = monthlyBurn(figures);
  return [
    cash(figures),
    netAssetValue(figures),
    ...flows30d(figures),
    burn,
    runwayMonths(figures, burn),
  ];
}

/** The accounts a figure about cash is of, by code and name. */
function namesOf({ count, listed }: CashAccounts): string {
  const more = count - listed.length;
  if (count === 0) return "none";
  return listed.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function cash({ asOf, currency, balances, cashAccounts }: FundFigures): Metric {
  const about: MetricDescription = {
    name: "cash",
    asOf,
    method: `Sum of the balances of the fund's cash accounts in its own currency. ${CASH_RULE}`,
    inputs: { cashAccounts: namesOf(cashAccounts) },
  };
  if (cashAccounts.count === 0) return missingMetric(about, "MONEY", NO_CASH_ACCOUNT);
  return moneyMetric(about, { minor: balances.cash, currency });
}

function netAssetValue(figures: FundFigures): Metric {
  const { asOf, currency, balances } = figures;
  const about: MetricDescription = {
    name: "netAssetValue",
    asOf,
    method: "Assets less liabilities at book value, all in the fund's currency.",
    inputs: {
      assets: formatAmount(balances.assets, currency),
      liabilities: formatAmount(balances.liabilities, currency),
    },
  };
  const others = otherNetAssets(figures);
  if (others.length > 0) {
    const held = others.map(
      (money) => `${formatAmount(money.minor, money.currency)} ${money.currency}`,
    );
    return missingMetric(
      about,
      "MONEY",
      `There are no exchange rates; the fund also holds ${held.join(", ")}.`,
    );
  }
  return moneyMetric(about, { minor: balances.assets - balances.liabilities, currency });
}

const FLOW_METHOD = `over the 30 days up to asOf, in the fund's currency; each transaction counts with its net effect on all cash accounts together, so transfers between them are no flow. ${CASH_RULE}`;

function flows30d({ asOf, currency, flows30d, cashAccounts }: FundFigures): Metric[] {
  const { inflow, outflow } = flows30d;
  const inputs = { cashAccounts: namesOf(cashAccounts) };
  const figures = [
    ["inflow30d", `Money that came in ${FLOW_METHOD}`, inflow],
    ["outflow30d", `Money that went out, as a positive amount, ${FLOW_METHOD}`, outflow],
    ["netFlow30d", `Inflow less outflow ${FLOW_METHOD}`, inflow - outflow],
  ] as const;
  return figures.map(([name, method, minor]) => {
    const about = { name, method, asOf, inputs };
    return cashAccounts.count > 0
      ? moneyMetric(about, { minor, currency })
      : missingMetric(about, "MONEY", NO_CASH_ACCOUNT);
  });
}

function monthlyBurn(figures: FundFigures): Metric {
  const { asOf, currency, flows90d, cashAccounts } = figures;
  const about: MetricDescription = {
    name: "monthlyBurn",
    asOf,
    method: `A third of the net outflow of cash over the 90 days up to asOf: what a month of 30 days costs. Rounded half to even. ${CASH_RULE}`,
    inputs: { ...flowInputs(flows90d, currency), cashAccounts: namesOf(cashAccounts) },
  };
  const net = flows90d.outflow - flows90d.inflow;
  const reason = noBurnReason(figures, net);
  if (reason !== null) return missingMetric(about, "MONEY", reason);
  return moneyMetric(about, { minor: divideRounded(net, 3n, "HALF_EVEN"), currency });
}

function noBurnReason(figures: FundFigures, netOutflow: bigint): string | null {
  const { cashAccounts, daysOfHistory, otherFlowCurrencies } = figures;
  if (cashAccounts.count === 0) return NO_CASH_ACCOUNT;
  if (daysOfHistory < BURN_DAYS) {
    return `Needs ${BURN_DAYS} days of history; the book has ${daysOfHistory}.`;
  }
  if (otherFlowCurrencies.length > 0) {
    return `There are no exchange rates; cash also moved in ${otherFlowCurrencies.join(", ")}.`;
  }
  return netOutflow > 0n
    ? null
    : "Not burning: no more went out than came in over the last 90 days.";
}

const flowInputs = ({ inflow, outflow }: Flows, currency: string) => ({
  inflow90d: formatAmount(inflow, currency),
  outflow90d: formatAmount(outflow, currency),
});

function runwayMonths(
  { asOf, currency, balances, otherBalances, cashAccounts }: FundFigures,
  burn: Metric,
): Metric {
  const about: MetricDescription = {
    name: "runwayMonths",
    asOf,
    method: `Cash over monthlyBurn: months of 30 days the cash lasts if the burn goes on. ${CASH_RULE}`,
    inputs: {
      cash: formatAmount(balances.cash, currency),
      monthlyBurn: burn.money === null ? "none" : formatAmount(burn.money.minor, currency),
      cashAccounts: namesOf(cashAccounts),
    },
  };
  if (burn.money === null) return missingMetric(about, "MONTHS", burn.unavailable ?? "No burn.");
  const others = [...otherBalances].filter(([, sums]) => sums.cash !== 0n).map(([other]) => other);
  if (others.length > 0) {
    return missingMetric(
      about,
      "MONTHS",
      `There are no exchange rates; cash is also held in ${others.join(", ")}.`,
    );
  }
  if (burn.money.minor === 0n) {
    return missingMetric(about, "MONTHS", "The burn rounds to nothing.");
  }
  return numberMetric(
    about,
    "MONTHS",
    Math.max(0, Number(balances.cash) / Number(burn.money.minor)),
  );
}
