import { CASH_RULE } from "@allfunds/contract/events";
import { divideRounded, formatAmount } from "@allfunds/contract/money";
import type { Money } from "@allfunds/contract/money";
import { absence } from "../absences/absence.ts";
import type { Rates } from "../books/book-rates.ts";
import type { CashAccounts } from "../books/followed-books.ts";
import { missingMetric, moneyMetric, numberMetric } from "../metric/metric.ts";
import type { Metric, MetricDescription } from "../metric/metric.ts";
import { addDays, daysBetween } from "../series/calendar.ts";
import { FLOW_DAYS, RECENT_DAYS } from "./fund-figures.ts";
import type { Balances, Flows, FundFigures } from "./fund-figures.ts";
import { inFundCurrency, listOf, RATE_RULE, rateInputs } from "../books/in-fund-currency.ts";
import type { InFundCurrency } from "../books/in-fund-currency.ts";

/** Figures with the rates that amounts are converted by. */
export interface ConvertibleFigures extends Omit<FundFigures, "rates"> {
  readonly rates: Rates;
  /** How they are converted, as a sentence; by the rates of the book when it is absent. */
  readonly rateRule?: string;
}

const NO_CASH_ACCOUNT = absence("NO_CASH_ACCOUNT");

/** Net assets in currencies other than the fund's own, those that are not zero. */
export const otherNetAssets = ({ balances, currency }: ConvertibleFigures): Money[] =>
  [...balances]
    .filter(([held]) => held !== currency)
    .map(([held, sums]) => ({ currency: held, minor: netOf(sums) }))
    .filter(({ minor }) => minor !== 0n)
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));

const ruleOf = ({ rateRule = RATE_RULE }: ConvertibleFigures): string => rateRule;

const netOf = ({ assets, liabilities }: Balances): bigint => assets - liabilities;

/** All metrics of a fund. Pure: the same figures always give the same metrics. */
export function fundMetrics(figures: ConvertibleFigures): Metric[] {
  const cash = atEnd(figures, ({ cash: of }) => of);
  const burn = monthlyBurn(figures);
  return [
    cashMetric(figures, cash),
    netAssetValue(figures),
    ...flows30d(figures),
    burn,
    runwayMonths(figures, cash, burn),
  ];
}

/** A sum of every currency at the end of `asOf`, in the fund's currency. */
const atEnd = (figures: ConvertibleFigures, sumOf: (sums: Balances) => bigint): InFundCurrency =>
  inFundCurrency(
    figures,
    [...figures.balances].map(([currency, sums]) => {
      return { day: figures.asOf, currency, minor: sumOf(sums) };
    }),
  );

/** The accounts a figure about cash is of, by code and name. */
function namesOf({ count, listed }: CashAccounts): string {
  const more = count - listed.length;
  if (count === 0) return "none";
  return listed.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** The days the book has entries for. */
const historyOf = ({ history }: ConvertibleFigures): string =>
  history === null ? "no entries" : `${history.from} to ${history.to}`;

/** What has no rate, so that there is no figure. */
const notConverted = (missing: readonly Money[]): Record<string, string> =>
  missing.length === 0 ? {} : { notConverted: listOf(missing) };

function cashMetric(figures: ConvertibleFigures, cash: InFundCurrency): Metric {
  const { asOf, currency, cashAccounts } = figures;
  const about: MetricDescription = {
    name: "cash",
    asOf,
    method: `Sum of the balances of the fund's cash accounts in one currency. ${ruleOf(figures)} ${CASH_RULE}`,
    inputs: {
      cashAccounts: namesOf(cashAccounts),
      ...rateInputs(cash),
      ...notConverted(cash.missing),
      history: historyOf(figures),
    },
  };
  if (cashAccounts.count === 0) return missingMetric(about, "MONEY", NO_CASH_ACCOUNT);
  if (cash.missing.length > 0) return missingMetric(about, "MONEY", noRateForCash(asOf, cash));
  return moneyMetric(about, { minor: cash.minor, currency });
}

const noRateForCash = (day: string, { missing }: InFundCurrency): string =>
  absence("NO_RATE_FOR_CASH", { day, amounts: listOf(missing) });

function netAssetValue(figures: ConvertibleFigures): Metric {
  const { asOf, currency, balances } = figures;
  const own = balances.get(currency) ?? { assets: 0n, liabilities: 0n };
  const value = atEnd(figures, netOf);
  const others = otherNetAssets(figures);
  const about: MetricDescription = {
    name: "netAssetValue",
    asOf,
    method: `Assets less liabilities at book value, all in one currency. ${ruleOf(figures)}`,
    inputs: {
      assets: formatAmount(own.assets, currency),
      liabilities: formatAmount(own.liabilities, currency),
      ...(others.length === 0 ? {} : { otherCurrencies: listOf(others) }),
      ...rateInputs(value),
      history: historyOf(figures),
    },
  };
  if (value.missing.length > 0) {
    return missingMetric(
      about,
      "MONEY",
      absence("NO_RATE_FOR_HELD", { day: asOf, amounts: listOf(value.missing) }),
    );
  }
  return moneyMetric(about, { minor: value.minor, currency });
}

interface ConvertedFlows {
  readonly inflow: InFundCurrency;
  readonly outflow: InFundCurrency;
}

/** Flows of the last days up to `asOf`, those of other currencies at the rate of their day. */
function flowsOf(figures: ConvertibleFigures, own: Flows, days: number): ConvertedFlows {
  const { asOf, currency, otherFlows } = figures;
  const after = addDays(asOf, -days);
  const others = [...otherFlows.values()].filter(({ day }) => day > after);
  const sum = (name: keyof Flows) =>
    inFundCurrency(figures, [
      { day: asOf, currency, minor: own[name] },
      ...others.map((flow) => ({ day: flow.day, currency: flow.currency, minor: flow[name] })),
    ]);
  return { inflow: sum("inflow"), outflow: sum("outflow") };
}

const FLOW_METHOD = `over the 30 days up to asOf, in one currency; each transaction counts with its net effect on all cash accounts together, so transfers between them are no flow. Adjustments are no flow, and what is reversed is none on the day of what it reverses.`;

function flows30d(figures: ConvertibleFigures): Metric[] {
  const { asOf, currency, cashAccounts } = figures;
  const { inflow, outflow } = flowsOf(figures, figures.flows30d, RECENT_DAYS);
  const metrics = [
    ["inflow30d", "Money that came in", inflow.minor, [inflow]],
    ["outflow30d", "Money that went out, as a positive amount,", outflow.minor, [outflow]],
    ["netFlow30d", "Inflow less outflow", inflow.minor - outflow.minor, [inflow, outflow]],
  ] as const;
  return metrics.map(([name, what, minor, sums]) => {
    const method = `${what} ${FLOW_METHOD} ${ruleOf(figures)} ${CASH_RULE}`;
    const missing = sums.flatMap((sum) => sum.missing);
    const inputs = {
      cashAccounts: namesOf(cashAccounts),
      ...Object.assign({}, ...sums.map(rateInputs)),
      ...notConverted(missing),
      history: historyOf(figures),
    };
    const about = { name, method, asOf, inputs };
    if (cashAccounts.count === 0) return missingMetric(about, "MONEY", NO_CASH_ACCOUNT);
    if (missing.length > 0) return missingMetric(about, "MONEY", noRateForMoved(missing));
    return moneyMetric(about, { minor, currency });
  });
}

function noRateForMoved(missing: readonly Money[]): string {
  const currencies = [...new Set(missing.map(({ currency }) => currency))].join(", ");
  return absence("NO_RATE_FOR_MOVED", { currencies, amounts: listOf(missing) });
}

/** A sum as an input, or what of it has no rate: never a sum without that. */
const amountInput = (
  name: string,
  { minor, missing }: InFundCurrency,
  currency: string,
): Record<string, string> =>
  missing.length === 0 ? { [name]: formatAmount(minor, currency) } : notConverted(missing);

function monthlyBurn(figures: ConvertibleFigures): Metric {
  const { asOf, currency, cashAccounts } = figures;
  const flows = flowsOf(figures, figures.flows90d, FLOW_DAYS);
  const about: MetricDescription = {
    name: "monthlyBurn",
    asOf,
    method: `A third of the net outflow of cash over the 90 days up to asOf: what a month of 30 days costs. Rounded half to even. ${ruleOf(figures)} ${CASH_RULE}`,
    inputs: {
      ...amountInput("inflow90d", flows.inflow, currency),
      ...amountInput("outflow90d", flows.outflow, currency),
      ...rateInputs(flows.inflow),
      ...rateInputs(flows.outflow),
      cashAccounts: namesOf(cashAccounts),
      history: historyOf(figures),
    },
  };
  const reason = noBurnReason(figures, flows);
  if (reason !== null) return missingMetric(about, "MONEY", reason);
  const net = flows.outflow.minor - flows.inflow.minor;
  return moneyMetric(about, { minor: divideRounded(net, 3n, "HALF_EVEN"), currency });
}

function noBurnReason(
  { asOf, cashAccounts, history }: ConvertibleFigures,
  flows: ConvertedFlows,
): string | null {
  if (cashAccounts.count === 0) return NO_CASH_ACCOUNT;
  const days = history === null ? 0 : daysBetween(history.from, asOf) + 1;
  if (days < FLOW_DAYS) return absence("SHORT_HISTORY", { least: FLOW_DAYS, days });
  const missing = [...flows.inflow.missing, ...flows.outflow.missing];
  if (missing.length > 0) return noRateForMoved(missing);
  return flows.outflow.minor > flows.inflow.minor ? null : absence("NOT_BURNING");
}

function runwayMonths(figures: ConvertibleFigures, cash: InFundCurrency, burn: Metric): Metric {
  const { asOf, currency, cashAccounts } = figures;
  const about: MetricDescription = {
    name: "runwayMonths",
    asOf,
    method: `Cash over monthlyBurn: months of 30 days the cash lasts if the burn goes on. ${ruleOf(figures)} ${CASH_RULE}`,
    inputs: {
      ...amountInput("cash", cash, currency),
      monthlyBurn: burn.money === null ? "none" : formatAmount(burn.money.minor, currency),
      ...rateInputs(cash),
      cashAccounts: namesOf(cashAccounts),
      history: historyOf(figures),
    },
  };
  if (burn.money === null) return missingMetric(about, "MONTHS", burn.unavailable ?? "No burn.");
  if (cash.missing.length > 0) {
    return missingMetric(about, "MONTHS", noRateForCash(asOf, cash));
  }
  if (burn.money.minor === 0n) {
    return missingMetric(about, "MONTHS", absence("BURN_IS_ZERO"));
  }
  return numberMetric(about, "MONTHS", Math.max(0, Number(cash.minor) / Number(burn.money.minor)));
}
