import { AppError } from "@allfunds/contract/errors";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { BookId } from "../../engine/book.ts";
import type { WakeSignal } from "../../feed/wake-signal.ts";
import { awaitProjection } from "../../projections/await-projection.ts";
import {
  FIRST_DAY,
  keyOf,
  LAST_DAY,
  termsOf,
  type TermGroup,
  type TermRange,
} from "./search-terms.ts";
import { TERMS, type IndexedEvent } from "./term-index.ts";
import { withoutApart } from "./term-pairs.ts";
import { keepCommon, placesIn, type PlaceSet } from "./term-page.ts";
import {
  readDatesOf,
  readDays,
  readTermSets,
  readZones,
  type StoredTerms,
  type TermPlace,
  type Zone,
} from "./term-pages-sql.ts";
import {
  coverOf,
  largestRun,
  startOf,
  TERM_SHAPE,
  type TermRun,
  type TermShape,
} from "./term-runs.ts";

/** What to find: the positions at which a term of each group stands. */
export interface TermQuery {
  readonly groups: readonly TermGroup[];
  /** Positions, both included. */
  readonly from: number;
  readonly to: number;
  readonly isByDate: boolean;
  readonly isDescending: boolean;
  /** Finds what lies behind it, in the order of the list. */
  readonly behind: TermPlace | undefined;
}

interface Reading {
  readonly reads: TenantReads;
  readonly book: BookId;
  readonly projectionsMoved: WakeSignal;
  /** Of the index that is read; tests have smaller ones. */
  readonly shape?: TermShape;
}

/** The index is read as far as the projection is; what was recorded since is read from the log itself. */
interface Index extends Reading, StoredTerms {
  readonly shape: TermShape;
  readonly indexed: number;
}

/** So many events behind the projection are read from the log; a reader waits for it when there are more. */
const MOST_BEHIND = 1_000;

const READ_INDEX = `
  SELECT coalesce(p.generation, 0) AS generation, coalesce(p.position, 0)::int AS indexed, b.position::int AS head
  FROM book b LEFT JOIN projection p ON p.tenant_id = $1 AND p.book_id = $2 AND p.name = '${TERMS}' AND p.active
  WHERE b.tenant_id = $1 AND b.id = $2`;

interface IndexRow {
  readonly generation: number;
  readonly indexed: number;
  readonly head: number;
}

async function readIndexRow({ reads, book }: Reading): Promise<IndexRow> {
  const parameters = [book.tenantId, book.bookId] as const;
  const { rows } = await reads.query<IndexRow>(READ_INDEX, parameters, { prepared: true });
  return rows[0] ?? { generation: 0, indexed: 0, head: 0 };
}

async function readIndex(reading: Reading, to: number): Promise<Index> {
  const { reads, book, projectionsMoved, shape = TERM_SHAPE } = reading;
  let index = await readIndexRow(reading);
  const needed = Math.min(index.head, to) - MOST_BEHIND;
  if (index.indexed < needed) {
    await awaitProjection(reads, projectionsMoved, book, TERMS, needed);
    index = await readIndexRow(reading);
  }
  const { generation, indexed } = index;
  return { ...reading, shape, generation, indexed };
}

/** The first places that fit, in the order of the list: fewer than `count` when there are no more. */
export async function findPlaces(
  reading: Reading,
  query: TermQuery,
  count: number,
): Promise<TermPlace[]> {
  for (let tries = 0; tries < 3; tries += 1) {
    const index = await readIndex(reading, query.to);
    const newer = await placesInLog(index, query);
    const found = query.isByDate
      ? await placesByDate(index, query, count, newer)
      : await placesByPosition(index, query, count, newer);
    if (isStill(index, await readIndexRow(reading))) return found;
  }
  throw new AppError(
    "CONSISTENCY_TIMEOUT",
    "The index of the book is being replaced; try again shortly.",
  );
}

/** False when the runs that were read may have gone meanwhile: with their generation, or into larger ones. */
function isStill({ generation, indexed, shape }: Index, now: IndexRow): boolean {
  const filled = (position: number): number => Math.floor(position / largestRun(shape));
  return now.generation === generation && filled(now.indexed) < filled(indexed) + 2;
}

/** The order of a list. */
const comparing =
  ({ isDescending }: Pick<TermQuery, "isDescending">) =>
  (a: TermPlace, b: TermPlace): number =>
    (a.date === b.date ? a.position - b.position : a.date < b.date ? -1 : 1) *
    (isDescending ? -1 : 1);

const isBehind = (query: TermQuery, place: TermPlace): boolean =>
  query.behind === undefined || comparing(query)(query.behind, place) < 0;

const READ_LOG = `
  SELECT position::int, type, actor, CASE WHEN type = 'TransactionPosted' THEN payload END AS payload
  FROM event WHERE tenant_id = $1 AND book_id = $2 AND position > $3 AND position <= $4`;

/** What fits among the events that the index does not have yet, in no order. */
async function placesInLog(index: Index, query: TermQuery): Promise<TermPlace[]> {
  const { reads, book, indexed } = index;
  const from = Math.max(indexed, query.from - 1);
  if (query.to <= from) return [];
  const parameters = [book.tenantId, book.bookId, from, query.to] as const;
  const { rows } = await reads.query<IndexedEvent>(READ_LOG, parameters);
  return rows
    .filter((event) => {
      const terms = termsOf(event);
      return query.groups.every(({ kind, ranges }) =>
        terms.some((term) => term.kind === kind && ranges.some((range) => isIn(range, term.term))),
      );
    })
    .map(({ position, payload }) => ({
      position,
      date: query.isByDate ? (payload?.effectiveDate ?? "") : "",
    }))
    .filter((place) => isBehind(query, place));
}

/** Terms sort by their bytes, as in the database. */
const isIn = ({ from, to }: TermRange, term: string): boolean => {
  const bytes = Buffer.from(term);
  return (
    Buffer.compare(bytes, Buffer.from(from)) >= 0 && Buffer.compare(bytes, Buffer.from(to)) <= 0
  );
};

/** How many times more positions are read when what was read does not have enough. */
const GROWTH = 6;
/** A guess of where the rest is: so much more than what was read would have to hold. */
const MARGIN = 1.5;
/** Positions that are read together at most, in largest runs. */
const MOST_RUNS = 256;

/** Parts of some runs: as many positions as a largest run has, then as many as the rest probably takes. */
function* partsOf<Run extends TermRun>(
  runs: readonly Run[],
  largest: number,
  left: () => { readonly found: number; readonly wanted: number },
): Generator<readonly Run[]> {
  let read = 0;
  let next = largest;
  for (let at = 0; at < runs.length;) {
    const begin = at;
    let size = 0;
    while (at < runs.length && size < next) size += runs[at++]?.size ?? 0;
    yield runs.slice(begin, at);
    read += size;
    const { found, wanted } = left();
    const guess = ((wanted - found) * read * MARGIN) / Math.max(found, 0.5);
    next = Math.min(
      Math.max(guess, largest),
      Math.max(read * GROWTH, largest * GROWTH),
      largest * MOST_RUNS,
    );
    if (found * GROWTH < wanted) next = Math.min(guess, largest * MOST_RUNS);
    // What did not stand once is rare or absent, and each part is a round trip more.
    if (found === 0) next = largest * MOST_RUNS;
  }
}

async function placesByPosition(
  index: Index,
  query: TermQuery,
  count: number,
  newer: readonly TermPlace[],
): Promise<TermPlace[]> {
  const { isDescending, behind } = query;
  const bound = behind?.position;
  const from = Math.max(query.from, isDescending || bound === undefined ? 1 : bound + 1);
  const to = Math.min(
    query.to,
    index.indexed,
    isDescending && bound !== undefined ? bound - 1 : Infinity,
  );
  const inOrder = newer.toSorted(comparing(query));
  const found = isDescending ? inOrder.slice(0, count) : [];
  const dated = await runsWithDays(index, query, runsBetween(index, from, to));
  if (isDescending) dated.reverse();
  const runs = await withoutApart(index, query.groups, dated, largestRun(index.shape));
  const left = () => ({ found: found.length, wanted: count });
  for (const part of partsOf(runs, largestRun(index.shape), left)) {
    if (found.length >= count) break;
    const sets = await intersect(index, query.groups, part);
    for (const [at, run] of part.entries()) {
      const positions = positionsIn(run, sets.get(at), from, to);
      if (isDescending) positions.reverse();
      found.push(
        ...positions.slice(0, count - found.length).map((position) => ({ position, date: "" })),
      );
    }
  }
  return isDescending ? found : [...found, ...inOrder].slice(0, count);
}

/** Runs that have some of the days that a query is about, in the order of the book: dates mostly rise with positions. */
async function runsWithDays(
  index: Index,
  { groups, isDescending }: TermQuery,
  runs: TermRun[],
): Promise<TermRun[]> {
  if (runs.length < 2 || !groups.some(({ kind }) => kind === "DATE")) return runs;
  const days = daysOf({ groups, isDescending, behind: undefined });
  if (days.from === FIRST_DAY && days.to === LAST_DAY) return runs;
  const zones = await readZones(index, runs, { ...days, isDescending });
  return zones.sort((a, b) => startOf(a) - startOf(b));
}

const runsBetween = ({ indexed, shape }: Index, from: number, to: number): TermRun[] =>
  to < from
    ? []
    : coverOf(indexed, shape).filter((run) => startOf(run) < to && startOf(run) + run.size >= from);

function positionsIn(run: TermRun, set: PlaceSet | undefined, from: number, to: number): number[] {
  if (set === undefined) return [];
  const first = startOf(run) + 1;
  return placesIn(set)
    .map((place) => first + place)
    .filter((position) => position >= from && position <= to);
}

/** The places of some runs at which every group has a term, by the order of the runs; runs without any are left out. */
async function intersect(
  index: Index,
  groups: readonly TermGroup[],
  runs: readonly TermRun[],
): Promise<Map<number, PlaceSet>> {
  let sets: Map<number, PlaceSet> | undefined;
  for (const { kind, ranges } of groups) {
    const wanted: readonly number[] = sets === undefined ? [...runs.keys()] : [...sets.keys()];
    if (wanted.length === 0) break;
    const some = wanted.map((at) => runs[at]).filter((run) => run !== undefined);
    const keys = ranges.map(({ from, to }) => ({ from: keyOf(kind, from), to: keyOf(kind, to) }));
    const found = await readTermSets(index, some, keys);
    const next = new Map<number, PlaceSet>();
    for (const [nth, set] of found) {
      const at = wanted[nth] ?? 0;
      const before = sets?.get(at);
      if (before === undefined || keepCommon(set, before)) next.set(at, set);
    }
    sets = next;
  }
  return sets ?? new Map<number, PlaceSet>();
}

/** The days that a query is about, by its groups and by where its list goes on. */
function daysOf({
  groups,
  isDescending,
  behind,
}: Pick<TermQuery, "groups" | "isDescending" | "behind">): TermRange {
  let [from, to]: [string, string] = [FIRST_DAY, LAST_DAY];
  for (const { kind, ranges } of groups) {
    const [only] = ranges;
    if (kind !== "DATE" || only === undefined || ranges.length > 1) continue;
    if (only.from > from) from = only.from;
    if (only.to < to) to = only.to;
  }
  if (behind !== undefined && isDescending && behind.date < to) to = behind.date;
  if (behind !== undefined && !isDescending && behind.date > from) from = behind.date;
  return { from, to };
}

/** Takes runs in the order of their first days, and stops when no other can have an earlier place. */
async function placesByDate(
  index: Index,
  query: TermQuery,
  count: number,
  newer: readonly TermPlace[],
): Promise<TermPlace[]> {
  const { isDescending } = query;
  const days = daysOf(query);
  const runs = runsBetween(index, Math.max(query.from, 1), Math.min(query.to, index.indexed));
  const some = await withoutApart(index, query.groups, runs, largestRun(index.shape));
  const zones = await readZones(index, some, { ...days, isDescending });
  const groups = query.groups.filter(({ kind }) => kind !== "DATE");
  let found = newer.toSorted(comparing(query)).slice(0, count);
  const left = () => ({ found: found.length, wanted: count });
  for (const next of partsOf(zones, largestRun(index.shape), left)) {
    const last = found.length < count ? undefined : found.at(-1)?.date;
    const part = next.filter(({ date }) => isNotBeyond(date, last, isDescending));
    if (part.length === 0) break;
    const bounded = boundDays(days, last, isDescending);
    const places = await datedPlaces(index, { ...query, groups }, part, bounded);
    const fitting = places.filter((place) => isBehind(query, place));
    found = [...found, ...fitting].sort(comparing(query)).slice(0, count);
  }
  return found;
}

const isNotBeyond = (date: string, last: string | undefined, isDescending: boolean): boolean =>
  last === undefined || (isDescending ? date >= last : date <= last);

const boundDays = (days: TermRange, last: string | undefined, isDescending: boolean): TermRange =>
  last === undefined ? days : isDescending ? { ...days, from: last } : { ...days, to: last };

/** Of so few places, as a part of a largest run, the days are looked up one by one; those of more are found by day. */
const LOOKED_UP = 1 / 8;

/** What fits in some runs within some days, in no order. */
async function datedPlaces(
  index: Index,
  { groups, from, to }: TermQuery,
  runs: readonly Zone[],
  days: TermRange,
): Promise<TermPlace[]> {
  const sets = groups.length === 0 ? undefined : await intersect(index, groups, runs);
  if (sets !== undefined) {
    const positions = [...sets].flatMap(([at, set]) => {
      const run = runs[at];
      return run === undefined ? [] : positionsIn(run, set, from, to);
    });
    if (positions.length <= largestRun(index.shape) * LOOKED_UP) {
      const places = await readDatesOf(index, positions);
      return places.filter(({ date }) => date >= days.from && date <= days.to);
    }
  }
  const wanted = sets === undefined ? runs : runs.filter((_, at) => sets.has(at));
  const kept = sets === undefined ? undefined : [...sets.values()];
  const places: TermPlace[] = [];
  for (const { nth, date, set } of await readDays(index, wanted, days)) {
    const run = wanted[nth];
    const fitting = kept?.[nth];
    if (run === undefined || (fitting !== undefined && !keepCommon(set, fitting))) continue;
    for (const position of positionsIn(run, set, from, to)) places.push({ position, date });
  }
  return places;
}
