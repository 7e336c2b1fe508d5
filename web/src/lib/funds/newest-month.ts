import type { FundFiguresFragment } from "../graph/graph-types.generated.ts";
import type { Money } from "../money/money.ts";

interface Month {
  readonly date: string;
  /** Null where part of it has no exchange rate. */
  readonly cash: Money | null;
}

/** A history by months whose running month has the newest figures. */
export function withNewestMonth<Point extends Month>(
  months: readonly Point[],
  figures: Pick<FundFiguresFragment, "asOf" | "cash"> | undefined,
): readonly Month[] {
  const last = months.at(-1);
  if (!last || !figures || figures.asOf < last.date) return months;
  const newest = { date: figures.asOf, cash: figures.cash };
  const isSameMonth = figures.asOf.slice(0, 7) === last.date.slice(0, 7);
  return [...(isSameMonth ? months.slice(0, -1) : months), newest];
}
