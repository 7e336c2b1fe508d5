import { AppError, invalidInput } from "@allfunds/contract/errors";
import { detectFrequency } from "../series/frequency.ts";
import type { Series } from "../series/series.ts";
import { periodCloses, periodOf } from "../series/whole-periods.ts";
import type { SimulationStep, StepReturns } from "./simulation-model.ts";

/** Fewer returns estimate nothing. */
const FEWEST_RETURNS = 12;

/** What was estimated from which part of the history. */
export interface EstimatedReturns extends StepReturns {
  /** Number of returns of each asset. */
  readonly count: number;
  /** Instants of the first and the last price, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Returns that were left out because they span a gap of the prices. */
  readonly omitted: number;
}

const MS_PER_DAY = 86_400_000;

/** The number of the day, week (from Monday) or month of an instant, by UTC. */
const numberOf: Readonly<Record<SimulationStep, (time: number) => number>> = {
  ...periodOf,
  DAY: (time) => Math.floor(time / MS_PER_DAY),
};

/**
 * Log returns of one step from histories of prices: between the last prices of successive days, weeks or months
 * for which every asset has one. Returns that span a gap, or a part of one, are left out, and so is the period of `now`, which is
 * not over. The means are sample means, the covariances those of a sample, divided by n - 1.
 */
export function estimateReturns(
  histories: readonly Series[],
  step: SimulationStep,
  now: number,
): EstimatedReturns {
  histories.forEach(requirePrices);
  const { times, prices } = joinHistories(histories, step, now);
  const { rows, omitted } = rowsBetween(times, prices, successiveBy(step, times));
  const assets = histories.length;
  const count = rows.length / assets;
  if (count < FEWEST_RETURNS) {
    throw new AppError(
      "INSUFFICIENT_DATA",
      `A simulation needs ${FEWEST_RETURNS} returns of successive steps that all assets have; there are ${count}.`,
    );
  }
  const [from = 0, to = 0] = [times[0], times.at(-1)];
  return { ...momentsOf(rows, assets), rows, count, from, to, omitted };
}

function requirePrices({ values }: Series, index: number): void {
  if (!values.every((value) => value > 0 && Number.isFinite(value))) {
    throw invalidInput(`assets.${index}`, "its prices must all be above zero");
  }
}

interface JoinedPrices {
  /** Instants of the latest price of each period. */
  readonly times: Float64Array;
  /** One row a period, one column an asset. */
  readonly prices: Float64Array;
}

/** The closes of the periods that every asset has, without the running one. */
function joinHistories(
  histories: readonly Series[],
  step: SimulationStep,
  now: number,
): JoinedPrices {
  const running = numberOf[step](now);
  const byPeriod = histories.map((history) =>
    step === "DAY" ? dayCloses(history) : periodCloses(history, step),
  );
  const periods = [...(byPeriod[0]?.keys() ?? [])].filter(
    (period) => period < running && byPeriod.every((last) => last.has(period)),
  );
  const found = periods.map((period) => byPeriod.map((last) => last.get(period)));
  const latest = found.map((row) => Math.max(...row.map((price) => price?.time ?? 0)));
  return {
    times: Float64Array.from(latest),
    prices: Float64Array.from(found.flat(), (price) => price?.value ?? 0),
  };
}

/** The last price of each day, by its number. */
const dayCloses = ({ times, values }: Series): ReturnType<typeof periodCloses> =>
  new Map(
    Array.from(times, (time, index) => [numberOf.DAY(time), { time, value: values[index] ?? 0 }]),
  );

function rowsBetween(
  times: Float64Array,
  prices: Float64Array,
  isSuccessive: (index: number) => boolean,
): { rows: Float64Array; omitted: number } {
  const assets = times.length === 0 ? 1 : prices.length / times.length;
  const rows: number[] = [];
  let omitted = 0;
  for (let index = 1; index < times.length; index++) {
    if (!isSuccessive(index)) {
      omitted++;
      continue;
    }
    for (let asset = 0; asset < assets; asset++) {
      const at = index * assets + asset;
      rows.push(Math.log((prices[at] ?? 1) / (prices[at - assets] ?? 1)));
    }
  }
  return { rows: Float64Array.from(rows), omitted };
}

/** Whether the period at an index follows the one before it: by the calendar, or for days by the usual spacing. */
function successiveBy(step: SimulationStep, times: Float64Array): (index: number) => boolean {
  if (step !== "DAY") {
    const periodNumber = numberOf[step];
    return (index) => periodNumber(times[index] ?? 0) === periodNumber(times[index - 1] ?? 0) + 1;
  }
  const { name, gaps } = detectFrequency(times);
  if (times.length > FEWEST_RETURNS && name !== "DAILY" && name !== "BUSINESS_DAILY") {
    throw new AppError(
      "INSUFFICIENT_DATA",
      `Steps of days need daily prices; these are ${name}. Use a longer step.`,
    );
  }
  const afterGap = new Set(gaps.map(({ to }) => to));
  return (index) => !afterGap.has(times[index] ?? 0);
}

function momentsOf(rows: Float64Array, assets: number): Pick<StepReturns, "means" | "covariances"> {
  const count = rows.length / assets;
  const means = new Float64Array(assets);
  rows.forEach((value, at) => {
    means[at % assets] = (means[at % assets] ?? 0) + value / count;
  });
  const covariances: number[] = [];
  for (let row = 0; row < assets; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = 0;
      for (let at = 0; at < rows.length; at += assets) {
        const one = (rows[at + row] ?? 0) - (means[row] ?? 0);
        sum += one * ((rows[at + column] ?? 0) - (means[column] ?? 0));
      }
      covariances.push(sum / (count - 1));
    }
  }
  return { means, covariances: Float64Array.from(covariances) };
}
