import { readFile, writeFile } from "node:fs/promises";
import { FIGURE_DEFAULTS, PRICE_FIGURES } from "./figures/definitions.ts";
import type { FigureDefinition } from "./figures/figure.ts";
import { FLOW_FIGURES } from "./figures/return-figures.ts";
import { METHOD_DEFINITIONS } from "./forecasts/method-definitions.ts";
import { INDICATORS } from "./indicators/definitions/table.ts";

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

const table = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");

const code = (text: string): string => `\`${text}\``;

/** The value of the enum that a name in texts has in the schema. */
const enumValue = (name: string): string =>
  name.replaceAll(/(?=[A-Z])|(?<=[a-z])(?=\d)/g, "_").toUpperCase();

const NEEDS: Readonly<Record<FigureDefinition["uses"], string>> = {
  PRICES: "prices",
  RETURNS: "a frequency",
  PAIRED_RETURNS: "a frequency and a benchmark",
};

const figureRow = (figure: FigureDefinition): string[] => [
  code(enumValue(figure.name)),
  figure.title,
  figure.formula,
  figure.arguments.map(code).join(", ") || "-",
  NEEDS[figure.uses],
  figure.minimumReturns === "ONE_YEAR" ? "one year" : String(figure.minimumReturns),
  figure.reference,
];

const figures = (): string =>
  table(
    ["metric", "figure", "definition and source", "arguments", "needs", "returns", "reference"],
    PRICE_FIGURES.map(figureRow),
  );

const flows = (): string =>
  table(
    ["metric", "figure", "definition and source"],
    Object.values(FLOW_FIGURES).map(({ name, title, formula }) => [
      code(enumValue(name)),
      title,
      formula,
    ]),
  );

const indicators = (): string =>
  table(
    ["indicator", "title", "definition and source", "parameters", "outputs"],
    Object.entries(INDICATORS).map(([kind, { title, description, parameters, outputs }]) => [
      code(kind),
      title,
      description,
      Object.entries(parameters)
        .map(([name, value]) => code(`${name} ${value}`))
        .join(", ") || "-",
      outputs.map(({ name, unit }) => `${code(name)} (${unit})`).join(", "),
    ]),
  );

const forecastMethods = (): string =>
  table(
    ["method", "definition and source"],
    Object.entries(METHOD_DEFINITIONS).map(([name, definition]) => [code(name), definition]),
  );

const { riskFreeRate, level, window } = FIGURE_DEFAULTS;

/** The text of docs/metrics.md: everything that the tables of definitions hold. */
const metricsDocument = (): string => `# Metrics

Written by \`npm run fix\` from the tables of definitions; the same tables make the descriptions of the schema and the computation.

## Series

A frequency is found by the spacing that most consecutive points have, and by the share of exceptions. Weekends, nights and holidays of up to ten working days are part of a calendar; a longer hole is a gap. A series in which one spacing in ten is another one, or a part of which has another spacing for the most part, is irregular, and so is one whose steps do not add up to its weeks, months, quarters or years, such as every five days or every four weeks: figures that need a frequency are \`unavailable\` for it.

| frequency | periods of a year |
| --- | --- |
| \`DAILY\` | 365 |
| \`BUSINESS_DAILY\` | 252 |
| \`WEEKLY\` | 52 |
| \`MONTHLY\` | 12 |
| \`QUARTERLY\` | 4 |
| \`YEARLY\` | 1 |
| \`HOURLY\`, \`MINUTELY\` | days of a year times the points of an ordinary day |

Returns that span a gap are left out of every figure of returns (\`gapPolicy: OMIT\`), and the gaps are named in \`inputs\` as \`omittedOver\`. Figures of prices, such as a drawdown, run on over a gap. Beside a benchmark a gap of either series counts. Of monthly and longer series so does a step by a third shorter or longer than its period, such as from a launch within a month to its end.

## Figures of a price series

\`Instrument.metrics(from, to, riskFreeRate, targetReturn, level, window, benchmarkId) { values(metrics: [...]) }\`. Rates are yearly ratios. Defaults: \`riskFreeRate\` ${riskFreeRate}, \`targetReturn\` the risk-free rate, \`level\` ${level}, \`window\` ${window} returns. A benchmark in another currency is converted day by day by currency pairs; both series meet by date; at the end of a week, a month or longer that is no trading day the closes of days stand for it that are up to four (a week) or five days older. Prices are taken as if splits had always been so, with \`adjusted\` as if dividends had been so too (a total return), \`interval\` takes those of hours or of single instants, or the closes of whole weeks and months: each is dated on its last day, one that is not over is left out, and one whose end a gap of the days lies over has no close. The same rule is that of the table of monthly returns and of what a simulation learns from; indicators over weeks and months name such gaps, and begin anew at them with \`RESTART\`. Values are ratios: 0.25 is 25 %.

${figures()}

The last column names the case of \`subgraphs/metrics/src/figures/figure-references.fixture.ts\` in which R computes the figure a second way. \`npm run eval:metrics -- --only figures\` prints both values.

\`Instrument.rolling(figure, window, ...)\` gives return, volatility, Sharpe ratio, beta and drawdown of a window that moves over the prices and does not reach over a gap. \`Instrument.drawdowns\` lists all drawdowns, the deepest first; \`Instrument.monthlyReturns\` is the table of months and years: one that a gap lies over the end of has no return, nor has the one after it. \`ShareClass.performance\` and \`ShareClass.rolling\` have the same of the published NAV per unit, before distributions, as known at any position of the book.

## Figures of flows

${flows()}

\`Fund.performance\` and \`Account.performance\` give both, with every figure above of the value of one unit, which flows do not move; \`Fund.rolling\` and \`Account.rolling\` those of a moving window. Capital is the flow of a fund. Of an account everything is flow but the income and expenses that belong to it: those of a posting belong to the accounts of assets and liabilities that it moves and that do not count as cash, or to those of cash when it moves no others, shared by the size of their movements.

## Other currencies of a fund

Figures of a fund are in its currency. Amounts in others are converted at the newest rate on or before their day (balances: the day of the figure; flows: their own day, in \`Fund.cashFlows\` and monthly forecasts the last day of the period), each rounded half to even:

1. Rates are those that \`recordExchangeRates\` recorded in the tenant's own book, and those that postings of the fund's book stated. Of a pair and a day that of the source counts which comes first in the \`priceSources\` of the fund's terms on the day of the figure or flow, else the record that came last, as in a valuation.
2. The newest day wins. Of one day a recorded rate counts before that of a posting.
3. Recorded rates are taken as the ledger takes them: as quoted, else turned round, else over a third currency without rounding in between. A cross is as old as its older rate.

A sum of which a part has no rate is never given without that part. It is null: \`Metric.unavailable\` has the reason and the amounts, \`withoutRate\` the amounts at a point of \`Fund.balanceHistory\` and \`Fund.cashFlows\`, and a forecast of it is refused with INSUFFICIENT_DATA.

## A reader's currency

Every figure of a fund, an account, a share class or an instrument takes \`currency\`, and so does \`Fund.balanceHistory\`, whose points have the rates that they were converted by. An amount, price or valuation is converted at a rate of its own day or of the seven before, never at a later one:

1. the newest rate of the books within those days, by the rules above;
2. that of currency pairs among the instruments, over one currency between where there is no pair of both;
3. the newest one of the books before. Prices of instruments and share classes have rates of currency pairs only.

The inputs of each figure name the rate, its date and its source. Without a rate a figure of a fund or an account is \`unavailable\`; prices of an instrument without a rate are left out and counted.

## Indicators

${indicators()}

## Risk of a portfolio

Over REST it is \`POST /api/v1/portfolio-risk\`. \`portfolioRisk(input: { holdings, currency, from, to, level, model })\` shares the volatility, the value at risk and the expected shortfall of a portfolio among its holdings: each weight times the derivative of the risk by it (Euler's allocation, Tasche 1999), so that the parts add up. Holdings are instruments, at prices adjusted for splits and dividends, or funds, at the value of one unit; without holdings all funds of the tenant, by their net assets. \`HISTORICAL\` takes the sample of past returns as the distribution: of the value at risk each part is the holding's loss in the periods that the quantile lies between. \`NORMAL\` takes means and covariances.

## Forecasts

\`forecast\` of a fund, an account or an instrument continues the series by the combination, unless repeating the last value or season did better at origins in the past: then by the mean of the combination and that repetition, or by the repetition alone where the mean was over a tenth worse.

${forecastMethods()}

A back-test goes back to up to eight origins, chooses and forecasts with only what came before, and compares:

| field | definition and source |
| --- | --- |
| \`mase\` | Mean absolute error over that of the seasonal naive method within the values before the origin (Hyndman and Koehler 2006, as in R). |
| \`symmetricError\` | Twice the absolute error over the sum of the sizes of value and forecast, in percent, 0 to 200 (Makridakis 1993). |
| \`coverageOf80\`, \`coverageOf95\` | Share of the values inside intervals that were made from earlier origins only. |

All are null without an origin. Intervals are those of the method, by Student's distribution with as many degrees of freedom as the history has errors beyond what was estimated (of three values two, as R's meanf has it), widened to what they would have held at earlier origins of six values and more. Of the combination the variance is 1 + 2 h / n times that of its members, h steps after n values, for what they take as certain. An error of an earlier origin counts in deviations of that time, but widens an interval to at most its own size times the growth of the usual change since (the middle one of the latest 12, and half as much again): a shift of the level within the back-test widens 95 % to the size of the shift, not to many times of it.
`;

// With --check the file is only compared.
const file = new URL("../../../docs/metrics.md", import.meta.url);
const fresh = metricsDocument();
if (!process.argv.includes("--check")) await writeFile(file, fresh);
else if ((await readFile(file, "utf8").catch(() => "")) !== fresh) {
  process.stderr.write("docs/metrics.md is not current; run: npm run fix\n");
  process.exitCode = 1;
}
