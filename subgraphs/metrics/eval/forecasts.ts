import { AppError } from "@allfunds/contract/errors";
import { text, type Table } from "@allfunds/platform/bench";
import { forecastSeries } from "../src/forecasts/forecast.ts";
import { naive2 } from "../src/forecasts/naive.ts";
import { readCompetitionSeries, readPublicSeries } from "./forecast-peers.ts";
import type { MeasuredForecast, PublicSeries } from "./forecast-peers.ts";
import { mean, owa, score, type Score } from "./forecast-scores.ts";

const COLUMNS = ["method", "series", "OWA", "sMAPE", "MASE", "inside 80 / 95 %", "CPU ms"];

interface Scored {
  readonly series: PublicSeries;
  readonly byMethod: ReadonlyMap<string, Score>;
}

/**
 * Accuracy, coverage and CPU time of forecasts on public series, beside R's `ets` and `thetaf` in the
 * same run. Without R and its package forecast there are no series, which the table states.
 */
export const evaluateForecasts = async (): Promise<readonly Table[]> =>
  tablesOf(await readPublicSeries());

/**
 * The same on 360 series of the M1 and M3 competitions, which no rule or constant was chosen on. Their files are in
 * the folder `data/` of the R package Mcomp.
 */
export async function evaluateCompetitions(folder?: string): Promise<readonly Table[]> {
  if (folder !== undefined) return tablesOf(await readCompetitionSeries(folder));
  return [
    { title: "Competitions: --data names no folder with M1.rda", columns: COLUMNS, rows: [] },
  ];
}

function tablesOf(series: readonly PublicSeries[] | null): readonly Table[] {
  if (series === null) {
    return [
      {
        title: "Forecasts: R with its package forecast is not installed",
        columns: COLUMNS,
        rows: [],
      },
    ];
  }
  let refused = 0;
  const scored = series.map((each): Scored => {
    const own = ownForecast(each);
    if (own === null) refused++;
    const benchmark = naive2Forecast(each);
    const all = [
      ["Naive2", benchmark],
      ["R ets", each.ets],
      ["R thetaf", each.thetaf],
      ["AllFunds", own],
    ] as const;
    // Who refuses is scored as the benchmark.
    const scores = all.map(([name, one]) => [name, score(each, one ?? benchmark)] as const);
    return { series: each, byMethod: new Map(scores) };
  });
  const groups = GROUPS.map(({ title, seasonLength }) => {
    const own = scored.filter((each) => each.series.seasonLength === seasonLength);
    return { title, columns: COLUMNS, rows: rowsOf(own) };
  });
  const title = `All ${series.length} series; AllFunds refused ${refused}`;
  return [...groups, { title, columns: COLUMNS, rows: rowsOf(scored) }];
}

const GROUPS = [
  { title: "Yearly, 6 ahead", seasonLength: 1 },
  { title: "Quarterly, 8 ahead", seasonLength: 4 },
  { title: "Monthly, 18 ahead", seasonLength: 12 },
];

function rowsOf(scored: readonly Scored[]): string[][] {
  const scoresOf = (name: string): Score[] =>
    scored.flatMap(({ byMethod }) => byMethod.get(name) ?? []);
  const benchmark = scoresOf("Naive2");
  const names = [...(scored[0]?.byMethod.keys() ?? [])];
  return names.map((name) => {
    const own = scoresOf(name);
    const average = (figure: keyof Score): number => mean(own.map((each) => each[figure]));
    return [
      name,
      String(own.length),
      text(owa(own, benchmark), 3),
      text(average("smape"), 2),
      text(average("mase"), 3),
      `${text(average("inside80"), 3)} / ${text(average("inside95"), 3)}`,
      text(average("cpuMs"), 1),
    ];
  });
}

/** The product's forecast with its CPU time; null when it was refused. */
function ownForecast({ train, test, seasonLength }: PublicSeries): MeasuredForecast | null {
  const values = Float64Array.from(train);
  const before = process.cpuUsage();
  try {
    const { points } = forecastSeries({ values, seasonLength, horizon: test.length });
    const { user, system } = process.cpuUsage(before);
    return {
      mean: points.map(({ value }) => value),
      lower80: points.map(({ lower80 }) => lower80),
      upper80: points.map(({ upper80 }) => upper80),
      lower95: points.map(({ lower95 }) => lower95),
      upper95: points.map(({ upper95 }) => upper95),
      cpuMs: (user + system) / 1000,
    };
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** The benchmark of the M competitions. It has no intervals. */
function naive2Forecast({ train, test, seasonLength }: PublicSeries): MeasuredForecast {
  const mean = [...naive2(Float64Array.from(train), seasonLength, test.length)];
  return { mean, lower80: [], upper80: [], lower95: [], upper95: [], cpuMs: Number.NaN };
}
