import { Migration, type DatabaseClient } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import { binaryArray } from "../../engine/binary-array.ts";
import type { BookId } from "../../engine/book.ts";
import { keyOf, type TermGroup } from "./search-terms.ts";
import { emptySet, keepCommon } from "./term-page.ts";
import type { StoredTerms } from "./term-pages-sql.ts";
import type { TermRun } from "./term-runs.ts";

/** Largest runs in a block: a bit of `runs` for each. */
const BLOCK = 32;

/**
 * Which of the largest runs of a book have common words, and which have two of them in one transaction. Words that
 * are common and never together are then found nowhere by a few rows; by pages alone, both words of every run would
 * be read. Runs that were indexed before this was kept are read by their pages.
 */
export class PairCommonWords extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE term_pair (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      generation integer NOT NULL,
      word text COLLATE "C" NOT NULL,
      other text COLLATE "C" NOT NULL,
      block integer NOT NULL,
      runs bigint NOT NULL,
      CONSTRAINT term_pair_pkey PRIMARY KEY (tenant_id, book_id, generation, word, other, block)
    )`);
    this.addSql(`COMMENT ON COLUMN term_pair.other IS
      'Empty in the row of the runs in which the word is common'`);
    this.addSql(`COMMENT ON COLUMN term_pair.runs IS
      'Bit n stands for run ${BLOCK} * block + n of the largest size'`);
    this.addSql(...enforceTenancy("term_pair"));
    this.addSql(`CREATE POLICY granted_funds ON term_pair AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON term_pair FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, UPDATE, DELETE ON term_pair TO CURRENT_USER`);
  }
}

/** A word of which a run has this share of its positions is common in it. */
const COMMON_SHARE = 1 / 64;
/** The most common words of a run that are paired. */
const MOST_COMMON = 32;

/** Common words of a run, each by itself and with those it stands with; the first of two is before the other. */
export interface PairOfRun {
  readonly run: number;
  readonly word: string;
  /** Empty for the word by itself. */
  readonly other: string;
}

const WORD_KEY = keyOf("WORD", "");

/**
 * The pairs of a largest run, from its sorted keys. A word that begins another one of the run is left out: who
 * searches for it finds the other one, too.
 */
export function pairsOf(
  { size, run }: TermRun,
  sorted: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
): PairOfRun[] {
  const common = sorted
    .filter((key, at) => {
      const isCommon = (places.get(key)?.length ?? 0) >= size * COMMON_SHARE;
      return isCommon && key.startsWith(WORD_KEY) && sorted[at + 1]?.startsWith(key) !== true;
    })
    .toSorted((one, other) => (places.get(other)?.length ?? 0) - (places.get(one)?.length ?? 0))
    .slice(0, MOST_COMMON)
    .map((key) => ({ word: key.slice(WORD_KEY.length), set: setOf(places.get(key) ?? [], size) }));
  return common.flatMap(({ word, set }) => [
    { run, word, other: "" },
    ...common
      .filter((each) => compareBytes(word, each.word) < 0 && keepCommon(set.slice(), each.set))
      .map(({ word: other }) => ({ run, word, other })),
  ]);
}

function setOf(places: readonly number[], size: number): Uint8Array {
  const set = emptySet(size);
  for (const place of places) set[place >> 3] = (set[place >> 3] ?? 0) | (1 << (place & 7));
  return set;
}

const KEEP_PAIRS = `
  INSERT INTO term_pair (tenant_id, book_id, generation, word, other, block, runs)
  SELECT $1, $2, $3, word, other, run / ${BLOCK}, bit_or(1::bigint << run % ${BLOCK})
  FROM unnest($4::text[], $5::text[], $6::integer[]) AS p (word, other, run)
  GROUP BY word, other, run / ${BLOCK} ORDER BY word, other
  ON CONFLICT (tenant_id, book_id, generation, word, other, block)
  DO UPDATE SET runs = term_pair.runs | EXCLUDED.runs`;

export async function keepPairs(
  client: DatabaseClient,
  { tenantId, bookId }: BookId,
  generation: number,
  pairs: readonly PairOfRun[],
): Promise<void> {
  if (pairs.length === 0) return;
  await client.query(KEEP_PAIRS, [
    tenantId,
    bookId,
    generation,
    binaryArray("text", pairs, ({ word }) => word),
    binaryArray("text", pairs, ({ other }) => other),
    binaryArray("integer", pairs, ({ run }) => run),
  ]);
}

export const DROP_PAIRS = `DELETE FROM term_pair WHERE tenant_id = $1 AND book_id = $2 AND generation = $3`;

// OFFSET 0 keeps each word one scan of the index, whatever the statistics are.
const READ_PAIRS = `
  SELECT p.word, p.other, p.block, p.runs::text FROM unnest($4::text[], $5::text[]) AS wanted (word, other)
  CROSS JOIN LATERAL (
    SELECT word, other, block, runs FROM term_pair t
    WHERE t.tenant_id = $1 AND t.book_id = $2 AND t.generation = $3
      AND t.word = wanted.word AND t.other = wanted.other
    OFFSET 0) p`;

interface PairRow {
  readonly word: string;
  readonly other: string;
  readonly block: number;
  readonly runs: string;
}

/** More words than these are not paired with each other. */
const MOST_WORDS = 5;

/** Without the largest runs in which two of the wanted words are common and never in one transaction. */
export async function withoutApart<Run extends TermRun>(
  { reads, book, generation }: StoredTerms,
  groups: readonly TermGroup[],
  runs: readonly Run[],
  largest: number,
): Promise<readonly Run[]> {
  const words = groups
    .flatMap(({ kind, ranges }) => (kind === "WORD" ? ranges.map(({ from }) => from) : []))
    .sort(compareBytes)
    .slice(0, MOST_WORDS);
  if (words.length < 2 || runs.filter(({ size }) => size === largest).length < 2) return runs;
  const pairs = words.flatMap((word, at) =>
    words.slice(at + 1).map((other): readonly [string, string] => [word, other]),
  );
  const wanted = [...words.map((word): readonly [string, string] => [word, ""]), ...pairs];
  const { rows } = await reads.query<PairRow>(
    READ_PAIRS,
    [
      book.tenantId,
      book.bookId,
      generation,
      wanted.map(([word]) => word),
      wanted.map(([, other]) => other),
    ],
    { prepared: true },
  );
  const found = new Map(
    rows.map(({ word, other, block, runs: bits }) => [nameOf(word, other, block), BigInt(bits)]),
  );
  const has = (word: string, other: string, run: number): boolean => {
    const bits = found.get(nameOf(word, other, Math.floor(run / BLOCK))) ?? 0n;
    return (bits & (1n << BigInt(run % BLOCK))) !== 0n;
  };
  return runs.filter(
    ({ size, run }) =>
      size !== largest ||
      !pairs.some(
        ([word, other]) => has(word, "", run) && has(other, "", run) && !has(word, other, run),
      ),
  );
}

const nameOf = (word: string, other: string, block: number): string => `${word} ${other} ${block}`;
const compareBytes = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));
