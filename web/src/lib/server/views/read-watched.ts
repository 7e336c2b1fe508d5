import {
  WatchedInstrumentDocument,
  WatchedPricesDocument,
} from "../../graph/graph-types.generated.ts";
import type { Watched } from "../../markets/watched.ts";
import { monthsBefore } from "../../performance/performance-range.ts";
import type { Problem } from "../../problems.ts";
import { query } from "../graph/graphql.ts";

/** How far back the prices of a watch list go. */
const MONTHS = 3;

/** The instruments of a watch list with their last prices; one that fails does not take the others with it. */
export async function readWatched(
  ids: readonly string[],
): Promise<{ watched: Watched[]; problems: Problem[] }> {
  const all = await Promise.all(ids.map(readOne));
  return {
    watched: all.map(({ one }) => one),
    problems: all.flatMap(({ problems }) => problems),
  };
}

async function readOne(id: string): Promise<{ one: Watched; problems: Problem[] }> {
  const { data, problems } = await query(WatchedInstrumentDocument, { id });
  const head = data?.instrument ?? null;
  const last = head?.lastPriceDate;
  if (last == null) return { one: { id, head, closes: head && [] }, problems };
  const prices = await query(WatchedPricesDocument, { id, from: monthsBefore(last, MONTHS) });
  const closes = prices.data?.instrument?.bars.nodes ?? null;
  return { one: { id, head, closes }, problems: [...problems, ...prices.problems] };
}
