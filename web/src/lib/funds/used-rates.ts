import type { MetricValueFragment } from "../graph/graph-types.generated.ts";

/** An exchange rate that amounts were converted by: what one unit of `base` costs. */
export interface UsedRate {
  readonly base: string;
  readonly quote: string;
  readonly rate: string;
  readonly date: string;
  /** Null for the rate that a posting stated. */
  readonly source: string | null;
}

const RATE = /^rate (\S+)\/(\S+)$/;
/** What the inputs of a figure name as the source of the rate of a posting. */
const OF_POSTING = "book";

/** The rates among the inputs of a figure, each with its date. */
export function ratesAmong(inputs: MetricValueFragment["inputs"]): UsedRate[] {
  const values = new Map(inputs.map(({ name, value }) => [name, value]));
  return inputs.flatMap(({ name, value: rate }) => {
    const [, base, quote] = RATE.exec(name) ?? [];
    const date = values.get(`date of ${name}`);
    if (base === undefined || quote === undefined || date === undefined) return [];
    const source = values.get(`source of ${name}`) ?? null;
    return [{ base, quote, rate, date, source: source === OF_POSTING ? null : source }];
  });
}

/** Each rate once. */
export const distinctRates = (rates: readonly UsedRate[]): UsedRate[] => [
  ...new Map(rates.map((rate) => [JSON.stringify(rate), rate])).values(),
];
