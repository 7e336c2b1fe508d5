import { AppError } from "@allfunds/contract/errors";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { BookId } from "../../engine/book.ts";
import type { WakeSignal } from "../../feed/wake-signal.ts";
import { awaitProjection } from "../../projections/await-projection.ts";
import { termsOf, type TermGroup, type TermRange } from "./search-terms.ts";
import { BLOCK_SIZE, blockOf, TERMS, type IndexedEvent } from "./term-blocks.ts";

/** A place in a list: a position of the book, with the value date in a list by value date. */
export interface TermPlace {
  readonly position: number;
  /** Empty in a list by position. */
  readonly date: string;
}

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
  readonly blockSize?: number;
}

/** The index is read as far as the projection is; what was recorded since is read from the log itself. */
interface Index extends Reading {
  readonly blockSize: number;
  readonly generation: number;
  readonly indexed: number;
}

/** So many events behind the projection are read from the log; a reader waits for it when there are more. */
const MOST_BEHIND = 1_000;

const READ_INDEX = `
  SELECT coalesce(p.generation, 0) AS generation, coalesce(p.position, 0)::int AS indexed, b.position::int AS head
  FROM book b LEFT JOIN projection p ON p.tenant_id = $1 AND p.book_id = $2 AND p.name = '${TERMS}' AND p.active
  WHERE b.tenant_id = $1 AND b.id = $2`;

async function readIndex(reading: Reading, to: number): Promise<Index> {
  const { reads, book, projectionsMoved, blockSize = BLOCK_SIZE } = reading;
  const parameters = [book.tenantId, book.bookId] as const;
  const read = async () => {
    const { rows } = await reads.query<{ generation: number; indexed: number; head: number }>(
      READ_INDEX,
      parameters,
      { prepared: true },
    );
    return rows[0] ?? { generation: 0, indexed: 0, head: 0 };
  };
  let index = await read();
  const needed = Math.min(index.head, to) - MOST_BEHIND;
  if (index.indexed < needed) {
    await awaitProjection(reads, projectionsMoved, book, TERMS, needed);
    index = await read();
  }
  const { generation, indexed } = index;
  return { ...reading, blockSize, generation, indexed };
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
    // A generation that was replaced meanwhile may have lost rows while it was read.
    const { generation } = await readIndex(reading, 0);
    if (generation === index.generation) return found;
  }
  throw new AppError(
    "CONSISTENCY_TIMEOUT",
    "The index of the book is being replaced; try again shortly.",
  );
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

const GROWTH = 6;

/** How many blocks are read at once: few while the first may do, more and more when they do not. */
function* growing<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0, size = 1; at < items.length; at += size, size *= GROWTH)
    yield items.slice(at, at + size);
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
  for (const chunk of growing(blocksBetween(index, from, to, isDescending))) {
    if (found.length >= count) break;
    const sets = await intersect(index, query.groups, chunk);
    for (const block of chunk) {
      const positions = positionsIn(index, sets.get(block), block, from, to);
      if (isDescending) positions.reverse();
      found.push(
        ...positions.slice(0, count - found.length).map((position) => ({ position, date: "" })),
      );
    }
  }
  return isDescending ? found : [...found, ...inOrder].slice(0, count);
}

function blocksBetween(
  { blockSize }: Index,
  from: number,
  to: number,
  isDescending: boolean,
): number[] {
  if (to < from) return [];
  const first = blockOf(Math.max(from, 1), blockSize);
  const blocks = Array.from({ length: blockOf(to, blockSize) - first + 1 }, (_, at) => first + at);
  return isDescending ? blocks.toReversed() : blocks;
}

/** The places of a block, a bit each. */
type PlaceSet = Uint32Array;
const emptySet = ({ blockSize }: Index): PlaceSet => new Uint32Array(Math.ceil(blockSize / 32));

function add(set: PlaceSet, places: Buffer): void {
  for (let at = 0; at + 1 < places.length; at += 2) {
    const place = places.readUInt16LE(at);
    set[place >> 5] = (set[place >> 5] ?? 0) | (1 << (place & 31));
  }
}

/** Keeps what another set has, too; false when nothing is left. */
function keepCommon(set: PlaceSet, other: PlaceSet): boolean {
  let left = 0;
  for (let word = 0; word < set.length; word += 1) {
    const both = (set[word] ?? 0) & (other[word] ?? 0);
    set[word] = both;
    left |= both;
  }
  return left !== 0;
}

function positionsIn(
  { blockSize }: Index,
  set: PlaceSet | undefined,
  block: number,
  from: number,
  to: number,
): number[] {
  const positions: number[] = [];
  for (const [word, bits] of (set ?? []).entries()) {
    for (let left = bits; left !== 0; left &= left - 1) {
      const bit = 31 - Math.clz32(left & -left);
      const position = block * blockSize + word * 32 + bit + 1;
      if (position >= from && position <= to) positions.push(position);
    }
  }
  return positions;
}

// OFFSET 0 keeps each block and range one scan of the index, whatever the statistics are.
const READ_PLACES = `
  SELECT b.block, string_agg(t.places, '') AS places
  FROM unnest($4::integer[]) AS b (block)
  CROSS JOIN unnest($6::text[], $7::text[]) AS r (low, high)
  CROSS JOIN LATERAL (
    SELECT places FROM term_block t
    WHERE t.tenant_id = $1 AND t.book_id = $2 AND t.generation = $3 AND t.block = b.block
      AND t.kind = $5 AND t.term >= r.low AND t.term <= r.high
    OFFSET 0
  ) t
  GROUP BY b.block`;

/** The places of some blocks at which every group has a term; blocks without any are left out. */
async function intersect(
  index: Index,
  groups: readonly TermGroup[],
  blocks: readonly number[],
): Promise<Map<number, PlaceSet>> {
  const { reads, book, generation } = index;
  let sets: Map<number, PlaceSet> | undefined;
  for (const { kind, ranges } of groups) {
    const wanted = sets === undefined ? blocks : [...sets.keys()];
    if (wanted.length === 0) break;
    const { rows } = await reads.query<{ block: number; places: Buffer }>(
      READ_PLACES,
      [
        book.tenantId,
        book.bookId,
        generation,
        wanted,
        kind,
        ranges.map(({ from }) => from),
        ranges.map(({ to }) => to),
      ],
      { prepared: true },
    );
    const next = new Map<number, PlaceSet>();
    for (const { block, places } of rows) {
      const set = emptySet(index);
      add(set, places);
      const before = sets?.get(block);
      if (before === undefined || keepCommon(set, before)) next.set(block, set);
    }
    sets = next;
  }
  return sets ?? new Map<number, PlaceSet>();
}

// A block's newest and oldest value date within the wanted days.
const READ_ZONES = `
  SELECT b.block, d.term AS date FROM generate_series($4::integer, $5::integer) AS b (block)
  CROSS JOIN LATERAL (
    SELECT term FROM term_block t
    WHERE t.tenant_id = $1 AND t.book_id = $2 AND t.generation = $3 AND t.block = b.block
      AND t.kind = 'DATE' AND t.term >= $6 AND t.term <= $7
    ORDER BY %ORDER% LIMIT 1
  ) d`;
const DESCENDING = "t.kind DESC, t.term DESC, t.first DESC";
const ZONES = {
  newest: READ_ZONES.replace("%ORDER%", DESCENDING),
  oldest: READ_ZONES.replace("%ORDER%", DESCENDING.replaceAll("DESC", "ASC")),
};

interface Zone {
  readonly block: number;
  readonly date: string;
}

const READ_DATES = `
  SELECT b.block, t.term AS date, string_agg(t.places, '') AS places
  FROM unnest($4::integer[]) AS b (block)
  CROSS JOIN LATERAL (
    SELECT term, places FROM term_block t
    WHERE t.tenant_id = $1 AND t.book_id = $2 AND t.generation = $3 AND t.block = b.block
      AND t.kind = 'DATE' AND t.term >= $5 AND t.term <= $6
    OFFSET 0
  ) t
  GROUP BY b.block, t.term`;

/** The days that a query is about, by its groups and by where its list goes on. */
function daysOf({ groups, isDescending, behind }: TermQuery): TermRange {
  let [from, to] = ["0", "9999-99-99"];
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

/** Takes blocks in the order of their first days, and stops when no other can have an earlier place. */
async function placesByDate(
  index: Index,
  query: TermQuery,
  count: number,
  newer: readonly TermPlace[],
): Promise<TermPlace[]> {
  const { isDescending } = query;
  const days = daysOf(query);
  const zones = await readZones(index, query, days);
  const groups = query.groups.filter(({ kind }) => kind !== "DATE");
  let found = newer.toSorted(comparing(query)).slice(0, count);
  for (const some of growing(zones)) {
    const last = found.length < count ? undefined : found.at(-1)?.date;
    const chunk = some.filter(({ date }) => isNotBeyond(date, last, isDescending));
    if (chunk.length === 0) break;
    const bounded = boundDays(days, last, isDescending);
    found = await takeDated(index, { ...query, groups }, { chunk, days: bounded, count }, found);
  }
  return found;
}

const isNotBeyond = (date: string, last: string | undefined, isDescending: boolean): boolean =>
  last === undefined || (isDescending ? date >= last : date <= last);

const boundDays = (days: TermRange, last: string | undefined, isDescending: boolean): TermRange =>
  last === undefined ? days : isDescending ? { ...days, from: last } : { ...days, to: last };

async function readZones(index: Index, query: TermQuery, days: TermRange): Promise<Zone[]> {
  const { reads, book, generation, indexed, blockSize } = index;
  const to = Math.min(query.to, indexed);
  if (to < query.from) return [];
  const sql = query.isDescending ? ZONES.newest : ZONES.oldest;
  const range = [
    blockOf(Math.max(query.from, 1), blockSize),
    blockOf(to, blockSize),
    days.from,
    days.to,
  ];
  const { rows } = await reads.query<Zone>(
    sql,
    [book.tenantId, book.bookId, generation, ...range],
    { prepared: true },
  );
  const sign = query.isDescending ? -1 : 1;
  return rows.toSorted((a, b) =>
    a.date === b.date ? sign * (a.block - b.block) : sign * (a.date < b.date ? -1 : 1),
  );
}

interface DatedChunk {
  readonly chunk: readonly Zone[];
  readonly days: TermRange;
  readonly count: number;
}

/** Adds what fits in some blocks, within some days, to the first places found so far. */
async function takeDated(
  index: Index,
  query: TermQuery,
  { chunk, days, count }: DatedChunk,
  found: readonly TermPlace[],
): Promise<TermPlace[]> {
  const { reads, book, generation, indexed } = index;
  const { rows } = await reads.query<Zone & { places: Buffer }>(
    READ_DATES,
    [book.tenantId, book.bookId, generation, chunk.map(({ block }) => block), days.from, days.to],
    { prepared: true },
  );
  const blocks = [...new Set(rows.map(({ block }) => block))];
  const sets = query.groups.length === 0 ? undefined : await intersect(index, query.groups, blocks);
  const to = Math.min(query.to, indexed);
  const places = [...found];
  for (const { block, date, places: bytes } of rows) {
    const set = emptySet(index);
    add(set, bytes);
    const fitting = sets?.get(block);
    if (sets !== undefined && (fitting === undefined || !keepCommon(set, fitting))) continue;
    for (const position of positionsIn(index, set, block, query.from, to)) {
      const place = { position, date };
      if (isBehind(query, place)) places.push(place);
    }
  }
  return places.sort(comparing(query)).slice(0, count);
}
