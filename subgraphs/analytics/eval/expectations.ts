import type { Aim } from "./aims.ts";
import { dayOfDate } from "../src/expectations/day.ts";
import { expectNext } from "../src/expectations/expectation.ts";
import {
  every,
  monthly,
  onBusinessDay,
  onDay,
  onOrAfter,
  onOrBefore,
  paid,
} from "../src/expectations/payments.fixture.ts";
import { modelSeries, rightWithin } from "../src/expectations/series-model.ts";

const SERIES = 1_500;
/** A prediction is right when the payment came about then and about as large. */
const RIGHT_AMOUNT_SHARE = 0.25;

/** Random numbers between 0 and 1, always the same ones (S. Park and K. Miller, 1988). */
function drawer(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

type Draw = () => number;

/** Normally distributed (G. Box and M. Muller, 1958). */
const normal = (draw: Draw): number =>
  Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());

const pick = <Item>(draw: Draw, items: readonly Item[]): Item =>
  items[Math.floor(draw() * items.length)] as Item;

/** Days of payments by rules, with delays and gaps as payers have them. */
function daysOf(draw: Draw): number[] {
  const count = 4 + Math.floor(draw() * 20);
  const day = 1 + Math.floor(draw() * 28);
  const from = `20${20 + Math.floor(draw() * 5)}-0${1 + Math.floor(draw() * 9)}`;
  const late = (spread: number) => (each: number) => each + Math.round(spread * normal(draw));
  return pick(draw, [
    () => monthly(from, count, pick(draw, [onDay(day), onOrAfter(day), onOrBefore(day)])),
    () => monthly(from, count, onOrBefore(31)),
    () => monthly(from, count, onBusinessDay(1 + Math.floor(draw() * 5))),
    () => every(`${from}-05`, pick(draw, [7, 14, 28]), count),
    () => every(`${from}-05`, pick(draw, [10, 15, 21, 30, 42]), count),
    () => monthly(from, Math.min(count, 14), onOrAfter(day), 3),
    () => monthly(from, count, onDay(day)).map(late(1.5)),
    () => monthly(from, count, onDay(day)).map(late(4)),
    () => monthly(from, count + 4, onOrAfter(day)).filter(() => draw() > 0.12),
  ])();
}

interface Predicted {
  readonly confidence: number;
  readonly isRight: boolean;
}

/** The last payment of a drawn series, as predicted the day after the one before; undefined where nothing is. */
function predictLast(draw: Draw): Predicted | undefined {
  const days = [...new Set(daysOf(draw))].toSorted((a, b) => a - b);
  const [level, spread] = [50 + draw() * 5_000, pick(draw, [0, 0, 0, 0.02, 0.1, 0.2, 0.35])];
  const payments = days.map((day) =>
    paid(day, (level * Math.exp(spread * normal(draw))).toFixed(2)),
  );
  const [known, actual] = [payments.slice(0, -1), payments.at(-1)];
  const [model, ...others] = modelSeries(known, "TARGET2");
  if (model === undefined || others.length > 0 || actual === undefined) return undefined;
  const next = expectNext(model, dayOfDate(known.at(-1)?.date ?? "") + 1);
  const off = Math.abs(dayOfDate(actual.date) - dayOfDate(next.date));
  const share = Math.abs(Number(actual.amountMinor) / Number(model.amountMinor) - 1);
  const isRight = off <= rightWithin(model.rhythm) && share <= RIGHT_AMOUNT_SHARE;
  return next.state === "EXPECTED" ? { confidence: next.confidence, isRight } : undefined;
}

const BINS = 10;

/** How often expectations come true beside their confidence, over series that no test has. */
export function evaluateExpectations(report: (line: string) => void): Aim[] {
  const draw = drawer(12_345);
  const predicted = Array.from({ length: SERIES }, () => predictLast(draw)).filter(
    (each) => each !== undefined,
  );
  const bins = Map.groupBy(predicted, ({ confidence }) => Math.floor(confidence * BINS));
  report("\nexpected payments of drawn series\nconfidence   payments   stated    came true");
  let error = 0;
  for (const [bin, found] of [...bins].toSorted(([a], [b]) => a - b)) {
    const stated = mean(found.map(({ confidence }) => confidence));
    const right = mean(found.map(({ isRight }) => Number(isRight)));
    error += (Math.abs(stated - right) * found.length) / predicted.length;
    const columns = [stated, right].map((value) => value.toFixed(3)).join("     ");
    report(`from ${(bin / BINS).toFixed(1)}     ${String(found.length).padStart(8)}    ${columns}`);
  }
  report(`calibration error ${error.toFixed(3)} over ${predicted.length} payments`);
  return [{ name: "calibration error of expectations", value: error, most: 0.05 }];
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
