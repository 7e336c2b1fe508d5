import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parse } from "csv-parse/sync";
import { createSeries, sliceSeries } from "../series/series.ts";
import type { Series } from "../series/series.ts";
import type { FIGURE_TEXTS } from "./definitions.ts";
import type { FigureArguments } from "./figure.ts";

/** Figures of a public series, computed a second way by another program. */
export interface FigureReference {
  /** Named by the `reference` of each figure. */
  readonly name: string;
  readonly series: () => Series;
  readonly benchmark?: () => Series;
  readonly arguments: Partial<FigureArguments>;
  readonly values: Partial<Record<keyof typeof FIGURE_TEXTS, number>>;
}

const require = createRequire(import.meta.url);
const data = join(dirname(require.resolve("vega-datasets")), "../data");
const readRows = <Row>(file: string) =>
  parse<Row>(readFileSync(join(data, file)), { columns: true });

/** S&P 500 daily closes from 2000-01-03 to 2020-04-17. */
export function sp500(): Series {
  const rows = readRows<{ date: string; close: string }>("sp500-2000.csv");
  return createSeries(
    Float64Array.from(rows, ({ date }) => Date.parse(date)),
    Float64Array.from(rows, ({ close }) => Number(close)),
  );
}

/** Monthly prices of a share from January 2000 to March 2010. */
export function monthlyShare(symbol: string): Series {
  const rows = readRows<{ symbol: string; date: string; price: string }>("stocks.csv");
  const own = rows.filter((row) => row.symbol === symbol);
  return createSeries(
    Float64Array.from(own, ({ date }) => Date.parse(`${date} UTC`)),
    Float64Array.from(own, ({ price }) => Number(price)),
  );
}

const WEEK_MS = 7 * 86_400_000;
const FIRST_MONDAY_MS = 4 * 86_400_000;

const weekOf = (time: number) => Math.floor((time - FIRST_MONDAY_MS) / WEEK_MS);

/** The last close of each week from Monday to Sunday. */
function weekly({ times, values }: Series): Series {
  const isLast = (_: number, index: number) =>
    index + 1 === times.length || weekOf(times[index + 1]) !== weekOf(times[index]);
  return createSeries(times.filter(isLast), values.filter(isLast));
}

/** S&P 500 without the closes between 2007-06-29 and 2009-11-02: a hole in a daily series. */
export function sp500WithHole(): Series {
  const { times, values } = sp500();
  const before = times.findIndex((time) => time > Date.parse("2007-06-29"));
  const after = times.findIndex((time) => time >= Date.parse("2009-11-02"));
  const head = sliceSeries({ times, values }, 0, before);
  const tail = sliceSeries({ times, values }, after);
  return createSeries(
    Float64Array.from([...head.times, ...tail.times]),
    Float64Array.from([...head.values, ...tail.values]),
  );
}

/**
 * Computed by R 4.2.2 with its base functions, each from the definition: `sd`, `quantile` of type
 * 7, `weighted.mean`, `qnorm`, `dnorm`, `dbinom`, `pchisq`, `cummax`, `lm` for the regression, and
 * `integrate` for the mean of the Cornish-Fisher expansion over the tail.
 */
export const FIGURE_REFERENCES: readonly FigureReference[] = [
  {
    name: "sp500-daily",
    series: sp500,
    arguments: { riskFreeRate: 0.02, level: 0.99 },
    values: {
      CUMULATIVE_RETURN: 0.9753440141593548,
      ANNUALISED_RETURN: 0.034181539229865,
      COMPOUND_ANNUAL_GROWTH_RATE: 0.03412413377911117,
      ANNUALISED_VOLATILITY: 0.1989143062066407,
      EWMA_VOLATILITY: 0.6314495816851931,
      DOWNSIDE_DEVIATION: 0.1424537616540688,
      SHARPE: 0.1690471574262318,
      SORTINO: 0.2360478069880666,
      CALMAR: 0.060204853871176,
      OMEGA: 1.033400742653116,
      MAX_DRAWDOWN: 0.5677538775030553,
      ULCER_INDEX: 0.2019390150914326,
      SKEWNESS: -0.1226653594667462,
      EXCESS_KURTOSIS: 11.02909170781764,
      TAIL_RATIO: 0.9089311230726649,
      VALUE_AT_RISK_95: 0.0189389627616842,
      EXPECTED_SHORTFALL_95: 0.0302246592166435,
      VALUE_AT_RISK: 0.03450820643278014,
      EXPECTED_SHORTFALL: 0.05147619366146937,
      VALUE_AT_RISK_NORMAL: 0.02893524723801626,
      EXPECTED_SHORTFALL_NORMAL: 0.03318097008031066,
      VALUE_AT_RISK_BACKTEST: 3.578528469601745e-6,
    },
  },
  {
    name: "sp500-weekly",
    series: () => weekly(sp500()),
    arguments: { riskFreeRate: 0.02 },
    values: {
      ANNUALISED_RETURN: 0.03450665805709696,
      COMPOUND_ANNUAL_GROWTH_RATE: 0.03462718458529102,
      ANNUALISED_VOLATILITY: 0.1806975685513418,
      EWMA_VOLATILITY: 0.4257758944759013,
      SHARPE: 0.1696501759644697,
      SORTINO: 0.230378952826781,
      ULCER_INDEX: 0.2015144174279309,
      VALUE_AT_RISK_CORNISH_FISHER: 0.04134408699608749,
      EXPECTED_SHORTFALL_CORNISH_FISHER: 0.0821200292609786,
      VALUE_AT_RISK_BACKTEST: 0.3760355086737769,
    },
  },
  {
    name: "msft-monthly",
    series: () => monthlyShare("MSFT"),
    arguments: { riskFreeRate: 0.02 },
    values: {
      ANNUALISED_RETURN: -0.0313418824062055,
      COMPOUND_ANNUAL_GROWTH_RATE: -0.03135330814149762,
      ANNUALISED_VOLATILITY: 0.3439422781338355,
      SHARPE: 0.01939351281208343,
      SORTINO: 0.02885376963087386,
      CALMAR: -0.0494197795547684,
      OMEGA: 1.015726884032352,
      SKEWNESS: 0.4541776851064617,
      EXCESS_KURTOSIS: 3.066634403187646,
      VALUE_AT_RISK_CORNISH_FISHER: 0.1416793831517585,
      EXPECTED_SHORTFALL_CORNISH_FISHER: 0.2135836967419537,
    },
  },
  {
    name: "aapl-on-ibm-monthly",
    series: () => monthlyShare("AAPL"),
    benchmark: () => monthlyShare("IBM"),
    arguments: { riskFreeRate: 0.02 },
    values: {
      BETA: 0.8455622409537881,
      ALPHA: 0.2958729704696453,
      R_SQUARED: 0.2436653223070686,
      TRACKING_ERROR: 0.4424578699371176,
      INFORMATION_RATIO: 0.6532429509961934,
      UP_CAPTURE: 1.346552902938812,
      DOWN_CAPTURE: 0.8121344524103541,
      TREYNOR: 0.3942055370757176,
    },
  },
  {
    name: "sp500-with-hole",
    series: sp500WithHole,
    arguments: {},
    values: {
      ANNUALISED_RETURN: 0.06017345155177156,
      ANNUALISED_VOLATILITY: 0.1739797083834661,
      SHARPE: 0.4230629336113291,
    },
  },
];
