import type { TenantReads } from "@allfunds/platform/tenancy";
import type { BookId } from "../../engine/book.ts";
import { keyOf, type TermRange } from "./search-terms.ts";
import { emptySet, readTerms, type ByteRange, type PlaceSet } from "./term-page.ts";
import type { TermRun } from "./term-runs.ts";

/** A generation of the index of a book. */
export interface StoredTerms {
  readonly reads: TenantReads;
  readonly book: BookId;
  readonly generation: number;
}

/** A place in a list: a position of the book, with the value date in a list by value date. */
export interface TermPlace {
  readonly position: number;
  /** Empty in a list by position. */
  readonly date: string;
}

const OF_RUN = `t.tenant_id = $1 AND t.book_id = $2 AND t.generation = $3 AND t.size = r.size AND t.run = r.run`;

// A range of terms ends on the last page that begins within it or before, and mostly it begins there, too: a page
// has a hundred terms. Only where that page begins behind the range, those before it are read: the condition on it
// names no row of theirs, so the planner puts it before their scan. OFFSET 0 keeps each part one scan of the index,
// whatever the statistics are.
const READ_PAGES = `
  SELECT r.nth::int - 1 AS nth, k.nth::int - 1 AS range, p.terms
  FROM unnest($4::integer[], $5::integer[]) WITH ORDINALITY AS r (size, run, nth)
  CROSS JOIN unnest($6::text[], $7::text[]) WITH ORDINALITY AS k (low, high, nth)
  CROSS JOIN LATERAL (
    SELECT first, terms FROM term_page t WHERE ${OF_RUN} AND t.first <= k.high
    ORDER BY t.first DESC LIMIT 1
  ) l
  CROSS JOIN LATERAL (
    SELECT l.terms
    UNION ALL
    (SELECT t.terms FROM term_page t WHERE l.first > k.low AND ${OF_RUN} AND t.first < l.first AND t.first >= (
      SELECT first FROM term_page t WHERE ${OF_RUN} AND t.first <= k.low ORDER BY t.first DESC LIMIT 1) OFFSET 0)
  ) p`;

interface PageRow {
  /** Which of the runs, and which of the ranges. */
  readonly nth: number;
  readonly range: number;
  readonly terms: Buffer;
}

async function readPages(
  { reads, book, generation }: StoredTerms,
  runs: readonly TermRun[],
  keys: readonly TermRange[],
): Promise<readonly PageRow[]> {
  const { rows } = await reads.query<PageRow>(
    READ_PAGES,
    [
      book.tenantId,
      book.bookId,
      generation,
      runs.map(({ size }) => size),
      runs.map(({ run }) => run),
      keys.map(({ from }) => from),
      keys.map(({ to }) => to),
    ],
    { prepared: true },
  );
  return rows;
}

const toBytes = ({ from, to }: TermRange): ByteRange => ({
  from: Buffer.from(from),
  to: Buffer.from(to),
});

/** The places of any of some terms in each of some runs, by the order of the runs; runs without any are left out. */
export async function readTermSets(
  index: StoredTerms,
  runs: readonly TermRun[],
  keys: readonly TermRange[],
): Promise<Map<number, PlaceSet>> {
  const ranges = keys.map(toBytes);
  const sets = new Map<number, PlaceSet>();
  for (const { nth, range, terms } of await readPages(index, runs, keys)) {
    const size = runs[nth]?.size ?? 0;
    const bytes = ranges[range];
    if (bytes === undefined) continue;
    readTerms(terms, size, bytes, (_, places) => {
      const set = sets.get(nth) ?? emptySet(size);
      sets.set(nth, set);
      places.addTo(set);
    });
  }
  return sets;
}

/** The places of a value date in a run. */
interface DayOfRun {
  /** Which of the runs. */
  readonly nth: number;
  readonly date: string;
  readonly set: PlaceSet;
}

/** The places of each value date within some days, in some runs. */
export async function readDays(
  index: StoredTerms,
  runs: readonly TermRun[],
  { from, to }: TermRange,
): Promise<DayOfRun[]> {
  const keys = { from: keyOf("DATE", from), to: keyOf("DATE", to) };
  const bytes = toBytes(keys);
  const days: DayOfRun[] = [];
  for (const { nth, terms } of await readPages(index, runs, [keys])) {
    const size = runs[nth]?.size ?? 0;
    readTerms(terms, size, bytes, (term, places) => {
      const set = emptySet(size);
      places.addTo(set);
      days.push({ nth, date: term().slice(keyOf("DATE", "").length), set });
    });
  }
  return days;
}

const READ_ZONES = `
  SELECT r.nth::int - 1 AS nth, z.oldest, z.newest
  FROM unnest($4::integer[], $5::integer[]) WITH ORDINALITY AS r (size, run, nth)
  CROSS JOIN LATERAL (
    SELECT oldest, newest FROM term_page t WHERE ${OF_RUN} AND t.first = '' OFFSET 0
  ) z
  WHERE z.oldest <= $7 AND z.newest >= $6`;

/** A run, and the first value date that it may have within the wanted days, in the order of the list. */
export interface Zone extends TermRun {
  readonly date: string;
}

/** Runs with value dates around the wanted days, in the order of their first days. */
export async function readZones(
  { reads, book, generation }: StoredTerms,
  runs: readonly TermRun[],
  { from, to, isDescending }: TermRange & { readonly isDescending: boolean },
): Promise<Zone[]> {
  if (runs.length === 0) return [];
  const { rows } = await reads.query<{ nth: number; oldest: string; newest: string }>(
    READ_ZONES,
    [
      book.tenantId,
      book.bookId,
      generation,
      runs.map(({ size }) => size),
      runs.map(({ run }) => run),
      from,
      to,
    ],
    { prepared: true },
  );
  const zones = rows.flatMap(({ nth, oldest, newest }): Zone[] => {
    const run = runs[nth];
    if (run === undefined) return [];
    const date = isDescending ? (newest < to ? newest : to) : oldest > from ? oldest : from;
    return [{ ...run, date }];
  });
  const sign = isDescending ? -1 : 1;
  return zones.sort((a, b) =>
    a.date === b.date
      ? sign * (a.size * a.run - b.size * b.run)
      : sign * (a.date < b.date ? -1 : 1),
  );
}

const READ_DATES = `
  SELECT p.position::int, f.date FROM unnest($3::bigint[]) AS p (position)
  CROSS JOIN LATERAL (
    SELECT e.effective_date::text AS date FROM entry e
    WHERE e.tenant_id = $1 AND e.book_id = $2 AND e.position = p.position AND e.leg = 0
    OFFSET 0
  ) f`;

/** Some positions with their value dates; those that no transaction has are left out. */
export async function readDatesOf(
  { reads, book }: StoredTerms,
  positions: readonly number[],
): Promise<TermPlace[]> {
  if (positions.length === 0) return [];
  const parameters = [book.tenantId, book.bookId, positions] as const;
  const { rows } = await reads.query<TermPlace>(READ_DATES, parameters, { prepared: true });
  return rows;
}
