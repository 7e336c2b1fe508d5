import type { FundFiguresFragment } from "../graph/graph-types.generated.ts";
import type { MonthEnd } from "./total-history.ts";
import { ratesAmong } from "./used-rates.ts";

type NewestFigures = Pick<FundFiguresFragment, "asOf" | "cash" | "netAssetValue" | "values">;

/** A history by months whose running month has the newest figures. */
export function withNewestMonth(
  months: readonly MonthEnd[],
  figures: NewestFigures | undefined,
): readonly MonthEnd[] {
  const last = months.at(-1);
  if (!last || !figures || figures.asOf < last.date) return months;
  const { asOf: date, cash, netAssetValue, values } = figures;
  const rates = values
    .filter(({ name }) => name === "cash" || name === "netAssetValue")
    .flatMap(({ inputs }) => ratesAmong(inputs));
  const newest = { date, cash, netAssetValue, rates };
  const isSameMonth = date.slice(0, 7) === last.date.slice(0, 7);
  return [...(isSameMonth ? months.slice(0, -1) : months), newest];
}
