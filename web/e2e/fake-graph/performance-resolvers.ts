import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { BENCHMARK } from "./instrument-resolvers.ts";
import { fundOf, type GraphState } from "./state.ts";

interface Absent {
  readonly sentence: string;
  readonly absence: Graph.FakeValue<Graph.MetricAbsence>;
}

const LESS_THAN_A_YEAR: Absent = {
  sentence: "Needs a year; the prices span 0.50 years.",
  absence: { code: "LESS_THAN_A_YEAR", arguments: [{ name: "years", value: "0.50" }] },
};

const tooFew = (count: number): Absent => ({
  sentence: `Needs 100 returns; there are ${count}.`,
  absence: {
    code: "TOO_FEW_RETURNS",
    arguments: [
      { name: "least", value: "100" },
      { name: "count", value: String(count) },
    ],
  },
});

const DAY_MS = 86_400_000;
const DAYS_HELD = 420;
const DAYS_OF_DIP = 30;
const RETURNS_OF_VALUE_AT_RISK = 100;

interface UnitValue {
  date: string;
  value: number;
}

/** Return and risk of a fund whose unit value rises each day, but for one dip. */
export function performanceResolvers(state: GraphState): Graph.Resolvers<Caller> {
  return {
    Fund: {
      performance: ({ id }, { from, to, benchmarkId }) => {
        const { currency } = fundOf(state, id);
        if (state.switches.nulls.has("Fund.performance")) return null;
        if (benchmarkId && benchmarkId !== BENCHMARK.id) {
          throw codedError("INSTRUMENT_NOT_FOUND", "There is no such instrument.");
        }
        const asOf = to ?? dayOf(Date.now());
        const units = unitValues(from, asOf);
        return {
          asOf,
          currency,
          from: units[0]?.date ?? null,
          unitValues: units,
          values: figures(units, asOf, benchmarkId != null),
          monthlyReturns: monthlyReturns(units),
          drawdowns: { nodes: deepest(units) },
        };
      },
    },
  };
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

const dipped = (step: number): number => (step > 200 && step <= 200 + DAYS_OF_DIP ? 0.9 : 1);

function unitValues(from: string | null | undefined, to: string): UnitValue[] {
  const last = Date.parse(to);
  return Array.from({ length: DAYS_HELD }, (_, step) => ({
    date: dayOf(last - (DAYS_HELD - 1 - step) * DAY_MS),
    value: 1.0005 ** step * dipped(step),
  })).filter(({ date }) => date >= (from ?? ""));
}

function figures(units: UnitValue[], asOf: string, hasBenchmark: boolean) {
  const total = (units.at(-1)?.value ?? 1) / (units[0]?.value ?? 1) - 1;
  const years = units.length / 365;
  const figure = (metric: Graph.MetricName, value: number | null, absent?: Absent) => ({
    metric,
    value: absent === undefined ? value : null,
    asOf,
    method: `Definition of ${metric}. Of the value of one unit.`,
    inputs: [{ name: "returns", value: String(units.length - 1) }],
    unavailable: absent?.sentence ?? null,
    absence: absent?.absence ?? null,
  });
  const short = units.length <= RETURNS_OF_VALUE_AT_RISK;
  const all = [
    figure("TIME_WEIGHTED_RETURN", total),
    figure("MONEY_WEIGHTED_RETURN", (1 + total) ** (1 / years) - 1),
    figure(
      "COMPOUND_ANNUAL_GROWTH_RATE",
      (1 + total) ** (1 / years) - 1,
      years < 1 ? LESS_THAN_A_YEAR : undefined,
    ),
    figure("ANNUALISED_VOLATILITY", 0.0712),
    figure("SHARPE", 1.234),
    figure("SORTINO", 2.345),
    figure("MAX_DRAWDOWN", deepest(units)[0]?.depth ?? 0),
    figure("VALUE_AT_RISK_95", 0.0123, short ? tooFew(units.length - 1) : undefined),
  ];
  if (!hasBenchmark) return all;
  return [
    ...all,
    figure("BETA", 0.87),
    figure("ALPHA", 0.0123),
    figure("TRACKING_ERROR", 0.0456),
    figure("INFORMATION_RATIO", -0.5),
  ];
}

function monthlyReturns(units: UnitValue[]) {
  const years = new Map<number, (number | null)[]>();
  for (const [index, { date, value }] of units.entries()) {
    const next = units[index + 1]?.date.slice(0, 7);
    const before = units.findLast((unit) => unit.date.slice(0, 7) < date.slice(0, 7));
    if (next === date.slice(0, 7)) continue;
    const year = Number(date.slice(0, 4));
    const months = years.get(year) ?? Array.from({ length: 12 }, () => null);
    months[Number(date.slice(5, 7)) - 1] = before ? value / before.value - 1 : null;
    years.set(year, months);
  }
  return Array.from(years, ([year, months]) => ({ year, months, total: null }));
}

/** The one dip, where the range has it. */
function deepest(units: UnitValue[]) {
  const fall = units.findIndex(({ value }, index) => value < (units[index - 1]?.value ?? 0));
  const [peak, trough] = [units[fall - 1], units[fall]];
  if (!peak || !trough) return [];
  return [
    {
      from: peak.date,
      trough: trough.date,
      to: null,
      depth: 1 - trough.value / peak.value,
      periodsToTrough: 1,
      periodsToRecovery: null,
    },
  ];
}
