import type { TransactionPosted } from "@allfunds/contract/events";
import { Migration, type DatabaseClient } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import { binaryArray } from "../../engine/binary-array.ts";
import type { BookId } from "../../engine/book.ts";
import { inTurns } from "../../engine/turns.ts";
import type { Projection } from "../../projections/projection.ts";
import { DROP_PAIRS, keepPairs, pairsOf, type PairOfRun } from "./term-pairs.ts";
import { EVERY_TERM, PageWriter, readTerms } from "./term-page.ts";
import {
  changeOfCover,
  largestRun,
  startOf,
  TERM_SHAPE,
  type TermRun,
  type TermShape,
} from "./term-runs.ts";
import { keyOf, termsOf } from "./search-terms.ts";

/** The name of the projection. */
export const TERMS = "term-pages";

/**
 * An inverted index of each book in runs of positions, as pages of sorted terms with their places in the run. Small
 * runs are written as the book grows, and again as parts of larger ones; a book that is far behind gets large ones
 * at once. A term that stands once costs a dozen bytes and no row of its own. Terms are compared as bytes, because
 * beneath row-level security only such comparisons may use an index.
 */
export class IndexTermsInPages extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE term_page (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      generation integer NOT NULL,
      size integer NOT NULL,
      run integer NOT NULL,
      first text COLLATE "C" NOT NULL,
      oldest text COLLATE "C",
      newest text COLLATE "C",
      terms bytea NOT NULL,
      CONSTRAINT term_page_pkey PRIMARY KEY (tenant_id, book_id, generation, size, run, first)
    )`);
    this.addSql(`COMMENT ON COLUMN term_page.run IS
      'The pages of a run hold the positions behind size * run, as many as its size'`);
    this.addSql(`COMMENT ON COLUMN term_page.first IS
      'The first term of the page; empty on the first page of a run'`);
    this.addSql(`COMMENT ON COLUMN term_page.oldest IS
      'On the first page of a run: its first value date, and in newest its last one'`);
    this.addSql(...enforceTenancy("term_page"));
    this.addSql(`CREATE POLICY granted_funds ON term_page AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON term_page FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, DELETE ON term_page TO CURRENT_USER`);
    this.addSql(`COMMENT ON TABLE term_block IS
      'Read and written by the version before term_page only, while both run'`);
  }
}

/** An event as the index sees it. */
export interface IndexedEvent {
  readonly position: number;
  readonly type: string;
  readonly actor: string;
  /** Of a posted transaction. */
  readonly payload: TransactionPosted | null;
}

const READ_EVENTS = `
  SELECT position::int, type, actor, CASE WHEN type = 'TransactionPosted' THEN payload END AS payload
  FROM event WHERE tenant_id = $1 AND book_id = $2 AND position > $3 AND position <= $4
  ORDER BY position`;

// OFFSET 0 keeps each run one scan of the index, whatever the statistics are.
const READ_RUNS = `
  SELECT p.size, p.run, p.first, p.terms FROM unnest($4::integer[], $5::integer[]) AS r (size, run)
  CROSS JOIN LATERAL (
    SELECT size, run, first, terms FROM term_page t
    WHERE t.tenant_id = $1 AND t.book_id = $2 AND t.generation = $3 AND t.size = r.size AND t.run = r.run
    OFFSET 0
  ) p
  ORDER BY p.size DESC, p.run, p.first`;

const INSERT_PAGES = `
  INSERT INTO term_page (tenant_id, book_id, generation, size, run, first, oldest, newest, terms)
  SELECT $1, $2, $3, unnest($4::integer[]), unnest($5::integer[]), unnest($6::text[]), unnest($7::text[]),
    unnest($8::text[]), unnest($9::bytea[])`;

const DELETE_RUNS = `
  DELETE FROM term_page p USING unnest($4::integer[], $5::integer[], $6::integer[]) AS r (size, first, behind)
  WHERE p.tenant_id = $1 AND p.book_id = $2 AND p.generation = $3
    AND p.size = r.size AND p.run >= r.first AND p.run < r.behind`;

const DROP = `DELETE FROM term_page WHERE tenant_id = $1 AND book_id = $2 AND generation = $3`;

/** The places of each term, by its key. */
type Places = Map<string, number[]>;

interface StoredPage extends TermRun {
  readonly terms: Buffer;
}

interface PageRow extends StoredPage {
  readonly first: string;
  readonly oldest: string | null;
  readonly newest: string | null;
}

/** So many events are taken in before other work may have its turn. */
const EVENTS_A_TURN = 50;

/** What runs are made of: smaller ones that go into them, and events that no run has yet. */
interface Material {
  readonly pages: readonly StoredPage[];
  readonly events: readonly IndexedEvent[];
}

const isWithin = ({ size, run }: TermRun, from: number): boolean =>
  from >= size * run && from < size * (run + 1);

/** What is stored of new runs. */
interface Written {
  readonly rows: PageRow[];
  readonly pairs: PairOfRun[];
}

/** The pages of new runs, and the pairs of those of the largest size. */
function* pagesOf(
  made: readonly TermRun[],
  { pages, events }: Material,
  largest: number,
): Generator<void, Written> {
  const written: Written = { rows: [], pairs: [] };
  let event = 0;
  let page = 0;
  for (const run of made) {
    const places: Places = new Map();
    for (let next = pages[page]; next && isWithin(run, startOf(next)); next = pages[++page]) {
      takePage(places, next, startOf(next) - startOf(run));
      yield;
    }
    for (
      let next = events[event];
      next && isWithin(run, next.position - 1);
      next = events[++event]
    ) {
      takeEvent(places, next, next.position - 1 - startOf(run));
      if (event % EVENTS_A_TURN === 0) yield;
    }
    const sorted = yield* sortedKeys(places);
    written.rows.push(...(yield* writeRun(run, sorted, places)));
    if (run.size !== largest) continue;
    written.pairs.push(...pairsOf(run, sorted, places));
    yield;
  }
  return written;
}

function addPlace(places: Places, key: string, place: number): void {
  const known = places.get(key);
  if (known === undefined) places.set(key, [place]);
  else known.push(place);
}

function takeEvent(places: Places, event: IndexedEvent, place: number): void {
  for (const { kind, term } of termsOf(event)) addPlace(places, keyOf(kind, term), place);
}

function takePage(places: Places, { terms, size }: StoredPage, offset: number): void {
  readTerms(terms, size, EVERY_TERM, (term, written) => {
    const key = term();
    for (const place of written.list(size)) addPlace(places, key, offset + place);
  });
}

const KEYS_A_TURN = 200;

function* writeRun(
  run: TermRun,
  sorted: readonly string[],
  places: Places,
): Generator<void, PageRow[]> {
  const writer = new PageWriter(run.size);
  const days: string[] = [];
  for (const [at, key] of sorted.entries()) {
    writer.add(key, places.get(key) ?? []);
    if (key.startsWith(DATE_KEY)) days.push(key.slice(DATE_KEY.length));
    if (at % KEYS_A_TURN === 0) yield;
  }
  const { size, run: nth } = run;
  return writer.end().map(({ first, terms }): PageRow => {
    const isFirst = first === "";
    const [oldest = null, newest = null] = isFirst ? [days[0], days.at(-1)] : [];
    return { size, run: nth, first, oldest, newest, terms };
  });
}

const DATE_KEY = keyOf("DATE", "");

/** UTF-16 sorts characters beyond its first plane before some others; bytes do not. */
const BEYOND = /[\ud800-\udfff]/;

/** Keys in the order of their bytes; those of a kind are sorted by themselves, so that no turn is long. */
function* sortedKeys(places: Places): Generator<void, string[]> {
  const kinds = new Map<string, string[]>();
  for (const key of places.keys()) {
    const kind = key.charAt(0);
    const same = kinds.get(kind);
    if (same === undefined) kinds.set(kind, [key]);
    else same.push(key);
  }
  const sorted: string[] = [];
  for (const kind of [...kinds.keys()].sort()) {
    const keys = kinds.get(kind) ?? [];
    if (keys.some((key) => BEYOND.test(key))) keys.sort(compareBytes);
    else keys.sort();
    for (const key of keys) sorted.push(key);
    yield;
  }
  return sorted;
}

const compareBytes = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));

async function readRuns(
  client: DatabaseClient,
  { tenantId, bookId }: BookId,
  generation: number,
  runs: readonly TermRun[],
): Promise<readonly StoredPage[]> {
  if (runs.length === 0) return [];
  const { rows } = await client.query<PageRow>(READ_RUNS, [
    tenantId,
    bookId,
    generation,
    runs.map(({ size }) => size),
    runs.map(({ run }) => run),
  ]);
  const found = rows.filter(({ first }) => first === "").length;
  if (found < runs.length) throw new Error(`of ${runs.length} runs of terms ${found} are stored`);
  return rows;
}

/**
 * Removes runs that have long become parts of larger ones. Those that did so lately stay: a reader may still read
 * the book by them. Readers look again when two of the largest runs were filled meanwhile.
 */
async function deleteParts(
  client: DatabaseClient,
  { tenantId, bookId }: BookId,
  generation: number,
  { from, to, shape }: { readonly from: number; readonly to: number; readonly shape: TermShape },
): Promise<void> {
  const largest = largestRun(shape);
  const [first, behind] = [from, to].map((at) => Math.max(0, Math.floor(at / largest) - 1));
  if (first === undefined || behind === undefined || first === behind) return;
  const sizes: number[] = [];
  for (let size = shape.base; size < largest; size *= shape.factor) sizes.push(size);
  await client.query(DELETE_RUNS, [
    tenantId,
    bookId,
    generation,
    sizes,
    sizes.map((size) => (first * largest) / size),
    sizes.map((size) => (behind * largest) / size),
  ]);
}

/** A book that is this far behind gets longer turns: who writes it waits for the index, not the index for them. */
const LONG_TURN_MS = 20;
const FAR_BEHIND = 4_096;

/** What the events of a book can be found by. */
export const termIndex = (shape: TermShape = TERM_SHAPE): Projection => ({
  name: TERMS,
  step: shape.base,
  most: largestRun(shape),
  project: async (client, book, generation, from, to) => {
    const { tenantId, bookId } = book;
    const { merged, made } = changeOfCover(from, to, shape);
    const pages = await readRuns(client, book, generation, merged);
    const { rows: events } = await client.query<IndexedEvent>(READ_EVENTS, [
      tenantId,
      bookId,
      from,
      to,
    ]);
    const turnMs = to - from >= FAR_BEHIND ? LONG_TURN_MS : undefined;
    const material = { pages, events };
    const { rows, pairs } = await inTurns(pagesOf(made, material, largestRun(shape)), turnMs);
    await client.query(INSERT_PAGES, [
      tenantId,
      bookId,
      generation,
      binaryArray("integer", rows, ({ size }) => size),
      binaryArray("integer", rows, ({ run }) => run),
      binaryArray("text", rows, ({ first }) => first),
      binaryArray("text", rows, ({ oldest }) => oldest),
      binaryArray("text", rows, ({ newest }) => newest),
      binaryArray("bytea", rows, ({ terms }) => terms.toString("hex")),
    ]);
    await keepPairs(client, book, generation, pairs);
    await deleteParts(client, book, generation, { from, to, shape });
  },
  drop: async (client, { tenantId, bookId }, generation) => {
    await client.query(DROP, [tenantId, bookId, generation]);
    await client.query(DROP_PAIRS, [tenantId, bookId, generation]);
  },
});

export const TERM_INDEX = termIndex();
