import type { TenantReads } from "@allfunds/platform/tenancy";
import type { Sequence } from "../bank-files/sequence.ts";
import type { BankStatementLine } from "../bank-files/statement.ts";
import { Identities, identityAfter, lineNamer } from "./line-identity.ts";
import { transferAccountOf, type OwnAccounts } from "./statement-sql.ts";
import type { LineVerdict } from "./statement.ts";

/** What the books say about a line of a file. */
export interface KnownLine {
  readonly line: BankStatementLine;
  /** The key under which it is posted once, a UUID. */
  readonly identity: string;
  /**
   * DUPLICATE: posted by an earlier file. POSSIBLE_DUPLICATE: an earlier file posted a line of the same amount
   * that is likely this one, in another format, with another text, or on another day.
   */
  readonly verdict: LineVerdict;
  /** The transaction of the earlier line, when it may be the same. */
  readonly earlierId: string | undefined;
}

/** The lines of a file with what the books say about each; an entry is made when it is read. */
export class KnownLines implements Iterable<KnownLine> {
  readonly #lines: Sequence<BankStatementLine>;
  readonly #identities: Identities;
  readonly #isPosted: Uint8Array;
  readonly #likely: ReadonlyMap<number, string>;

  constructor(
    lines: Sequence<BankStatementLine>,
    { identities, isPosted }: Identified,
    likely: ReadonlyMap<number, string>,
  ) {
    this.#lines = lines;
    this.#identities = identities;
    this.#isPosted = isPosted;
    this.#likely = likely;
  }

  get length(): number {
    return this.#lines.length;
  }

  count(wanted: LineVerdict): number {
    const duplicates = this.#isPosted.reduce((sum, each) => sum + each, 0);
    if (wanted === "DUPLICATE") return duplicates;
    return wanted === "NEW" ? this.length - duplicates - this.#likely.size : this.#likely.size;
  }

  slice(from: number, to: number): KnownLine[] {
    return Array.from(this.#lines.slice(from, to), (line, index) => {
      const at = from + index;
      const identity = this.#identities.get(at);
      if (this.#isPosted[at] === 1)
        return { line, identity, verdict: "DUPLICATE", earlierId: undefined };
      const earlierId = this.#likely.get(at);
      const verdict = earlierId === undefined ? "NEW" : "POSSIBLE_DUPLICATE";
      return { line, identity, verdict, earlierId };
    });
  }

  *[Symbol.iterator](): Generator<KnownLine> {
    for (let from = 0; from < this.length; from += 1_000) yield* this.slice(from, from + 1_000);
  }
}

interface Account {
  readonly id: string;
  readonly fundId: string;
  readonly currency: string;
}

/** What the lines of a file are compared with beside earlier files of their account. */
interface Comparison {
  /** Also what was posted in other ways and is not matched with a line yet. */
  readonly comparesPostings: boolean;
  /** Statements of these may have posted the other side of a transfer. */
  readonly own: OwnAccounts;
}

/** Compares the lines of a file with what earlier files posted. */
export async function compareWithBooks(
  reads: TenantReads,
  tenantId: string,
  account: Account,
  lines: Sequence<BankStatementLine>,
  { comparesPostings, own }: Comparison,
): Promise<KnownLines> {
  const identified = await identify(reads, tenantId, account, lines);
  const { isPosted, positions: explained } = identified;
  const isOpen = isPosted.map((each) => 1 - each);
  const likely = new Map<number, string>();
  if (!isOpen.includes(1)) return new KnownLines(lines, identified, likely);
  const open = { lines, isOpen };
  const earlier = (await hasEntries(reads, tenantId, account))
    ? await readEarlier(reads, tenantId, account, {
        lines,
        amounts: amountsOf(open),
        comparesPostings,
      })
    : [];
  const openLines = new OpenLines(
    earlier.filter(({ position }) => !explained.has(position)),
    earlier,
  );
  // Lines of the same day come first, or a line could take what another one of the file is on its own day.
  for (const take of [openLines.takeOnDay, openLines.takeShifted]) {
    for (const [at, line] of openIn(open)) {
      const found = take(line);
      if (found === undefined) continue;
      likely.set(at, found.id);
      isOpen[at] = 0;
    }
  }
  await addTransfers({ reads, tenantId }, account, { open, own, likely });
  return new KnownLines(lines, identified, likely);
}

/** Lines of a file, and which of them are still open: 1 for each that is. */
interface SomeLines {
  readonly lines: Sequence<BankStatementLine>;
  readonly isOpen: Uint8Array;
}

function* openIn({ lines, isOpen }: SomeLines): Generator<[at: number, line: BankStatementLine]> {
  for (const [at, line] of lines.entries()) if (isOpen[at] === 1) yield [at, line];
}

function amountsOf(open: SomeLines): Set<string> {
  const amounts = new Set<string>();
  for (const [, { amountMinor }] of openIn(open)) amounts.add(amountMinor.toString());
  return amounts;
}

const HAS_ENTRIES = `
  SELECT FROM entry WHERE tenant_id = $1 AND account_id = $2 LIMIT 1`;

/** On an account without entries no line of a file can be posted already. */
async function hasEntries(reads: TenantReads, tenantId: string, { id }: Account): Promise<boolean> {
  const { rows } = await reads.query(HAS_ENTRIES, [tenantId, id]);
  return rows.length > 0;
}

interface Transfers {
  readonly open: SomeLines;
  readonly own: OwnAccounts;
  readonly likely: Map<number, string>;
}

/**
 * The other account's statement may have posted its side of a transfer to a third account, when it was not known
 * yet as a transfer: to post this side too would move the money twice.
 */
async function addTransfers(
  { reads, tenantId }: { readonly reads: TenantReads; readonly tenantId: string },
  account: Account,
  { open, own, likely }: Transfers,
): Promise<void> {
  const byOther = new Map<string, [number, BankStatementLine][]>();
  if (own.size === 0) return;
  for (const [at, line] of openIn(open)) {
    const other = transferAccountOf(own, line);
    if (other === undefined) continue;
    const some = byOther.get(other);
    if (some === undefined) byOther.set(other, [[at, line]]);
    else some.push([at, line]);
  }
  for (const [other, some] of byOther) {
    const lines = some.map(([, line]) => line);
    const amounts = new Set(lines.map(({ amountMinor }) => (-amountMinor).toString()));
    const compared = { lines, amounts, comparesPostings: false, without: account.id };
    const found = await readEarlier(reads, tenantId, { ...account, id: other }, compared);
    const sides = new OpenLines(
      found.filter(({ isOfOther }) => !isOfOther),
      [],
    );
    for (const [at, line] of some) {
      const side = sides.takeOtherSide(line);
      if (side !== undefined) likely.set(at, side.id);
    }
  }
}

interface Identified {
  readonly identities: Identities;
  /** 1 for each line that the book has. */
  readonly isPosted: Uint8Array;
  /** Where the book has them. */
  readonly positions: Positions;
}

/** Positions in a book, a bit for each: a set of a million numbers would take a hundred times as much. */
class Positions {
  #bits = new Uint8Array(1_024);

  add(position: number): void {
    if (position >> 3 >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(this.#bits.length * 2, (position >> 3) + 1));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    this.#bits[position >> 3] = (this.#bits[position >> 3] ?? 0) | (1 << (position & 7));
  }

  has(position: number): boolean {
    return ((this.#bits[position >> 3] ?? 0) & (1 << (position & 7))) !== 0;
  }
}

/** So many look-ups of one query. */
const KEYS_AT_ONCE = 5_000;

/** Finds the lines that the book has. One whose import was undone may come again, as another one. */
async function identify(
  reads: TenantReads,
  tenantId: string,
  { id, fundId }: Account,
  lines: Sequence<BankStatementLine>,
): Promise<Identified> {
  const identities = new Identities(lines.length);
  const isPosted = new Uint8Array(lines.length);
  const positions = new Positions();
  const nameOf = lineNamer(id, lines.length);
  for (let from = 0; from < lines.length; from += KEYS_AT_ONCE) {
    let open = new Map<number, string>();
    for (const [index, line] of lines.slice(from, from + KEYS_AT_ONCE).entries())
      open.set(from + index, nameOf(line));
    for (const [at, identity] of open) identities.set(at, identity);
    while (open.size > 0) {
      const posted = await readPosted(reads, tenantId, fundId, [...open.values()]);
      const again = new Map<number, string>();
      for (const [at, identity] of open) {
        const found = posted.get(identity);
        if (found === undefined) continue;
        if (found.undoneId === null) {
          isPosted[at] = 1;
          positions.add(found.position);
        } else again.set(at, identityAfter(identity, found.undoneId));
      }
      for (const [at, identity] of again) identities.set(at, identity);
      open = again;
    }
  }
  return { identities, isPosted, positions };
}

// A command's key stands on its first event; what it posted or proposed is its last. OFFSET 0 keeps the planner from joining
// whole tables, here and below: each row is one look-up.
const READ_POSTED = `
  SELECT wanted.key, last.position, undone.id AS "undoneId"
  FROM unnest($3::uuid[]) AS wanted (key)
  CROSS JOIN LATERAL (
    SELECT (position + coalesce(command_events, 1) - 1)::int AS last FROM event
    WHERE tenant_id = $1 AND book_id = $2 AND command_key = wanted.key OFFSET 0) first
  CROSS JOIN LATERAL (
    SELECT position::int,
      coalesce(payload->'source'->>'importId', payload->'command'->>'importId')::uuid AS import_id FROM event
    WHERE tenant_id = $1 AND book_id = $2 AND position = first.last OFFSET 0) last
  LEFT JOIN LATERAL (
    SELECT u.import_id AS id FROM statement_event u
    WHERE u.tenant_id = $1 AND u.import_id = last.import_id AND u.type = 'StatementUndone' LIMIT 1) undone ON true`;

interface PostedLine {
  readonly key: string;
  readonly position: number;
  /** The import that posted or proposed it, when that was undone. */
  readonly undoneId: string | null;
}

async function readPosted(
  reads: TenantReads,
  tenantId: string,
  fundId: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, PostedLine>> {
  const { rows } = await reads.query<PostedLine>(READ_POSTED, [tenantId, fundId, keys]);
  return new Map(rows.map((row) => [row.key, row]));
}

/** A line that an earlier file posted, or a posting of the account that no line stands for. */
interface EarlierLine {
  readonly id: string;
  readonly position: number;
  readonly effectiveDate: string;
  readonly bookingDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly amountMinor: bigint;
  /** Posted by a statement of another account, as one side of a transfer. */
  readonly isOfOther: boolean;
  /** Posted by no statement. */
  readonly isByHand: boolean;
}

/** Days between a pending line and the same line booked, and between the sides of a transfer. */
const SHIFT_DAYS = 5;
const DAY_MS = 86_400_000;

// Days of the file lead to its transactions, amounts of the file to those whose content is read at all.
const READ_EARLIER = `
  SELECT t.id, t.position::int, t.effective_date::text AS "effectiveDate",
    coalesce(e.payload->'metadata'->>'bookingDate', t.effective_date::text) AS "bookingDate",
    e.payload->>'description' AS description, e.payload->>'reference' AS reference, n.amount::text,
    EXISTS (
      SELECT FROM statement_import i
      WHERE i.tenant_id = $1 AND i.id = t.import_id AND i.account_id <> $3) AS "isOfOther",
    t.import_id IS NULL AS "isByHand"
  FROM unnest($4::date[], $5::date[]) AS days (first, last)
  CROSS JOIN LATERAL (
    SELECT id, position, effective_date, import_id, reverses FROM transaction
    WHERE tenant_id = $1 AND book_id = $2 AND effective_date BETWEEN days.first - ${SHIFT_DAYS} AND days.last + ${SHIFT_DAYS}
      AND (import_id IS NOT NULL OR $7::boolean) OFFSET 0) t
  CROSS JOIN LATERAL (
    SELECT amount FROM entry
    WHERE tenant_id = $1 AND book_id = $2 AND position = t.position AND account_id = $3
      AND amount = ANY ($6::numeric[]) LIMIT 1) n
  CROSS JOIN LATERAL (
    SELECT payload FROM event
    WHERE tenant_id = $1 AND book_id = $2 AND position = t.position OFFSET 0) e
  WHERE NOT EXISTS (
    SELECT FROM entry o
    WHERE o.tenant_id = $1 AND o.book_id = $2 AND o.position = t.position AND o.account_id = $8)
    AND CASE WHEN t.import_id IS NOT NULL
    THEN NOT EXISTS (
      SELECT FROM statement_event u
      WHERE u.tenant_id = $1 AND u.import_id = t.import_id AND u.type = 'StatementUndone')
    ELSE t.reverses IS NULL AND coalesce(e.payload->'source'->>'kind', '') NOT IN ('OPENING', 'CLOSING', 'REOPENING')
      AND NOT EXISTS (SELECT FROM transaction r WHERE r.tenant_id = $1 AND r.reverses = t.id)
      AND NOT coalesce((
        SELECT m.type = 'LinesMatched' FROM reconciliation_item m
        WHERE m.tenant_id = $1 AND m.transaction_id = t.id AND m.type IN ('LinesMatched', 'LinesUnmatched')
        ORDER BY m.position DESC LIMIT 1), false) END
  ORDER BY t.position`;

type EarlierRow = Omit<EarlierLine, "amountMinor"> & { readonly amount: string };

interface Compared {
  readonly lines: Sequence<BankStatementLine>;
  /** Of the lines that the book does not have. */
  readonly amounts: ReadonlySet<string>;
  readonly comparesPostings: boolean;
  /** Transactions with an entry on this account are left out. */
  readonly without?: string;
}

async function readEarlier(
  reads: TenantReads,
  tenantId: string,
  { id, fundId }: Account,
  { lines, amounts, comparesPostings, without }: Compared,
): Promise<EarlierLine[]> {
  const days = daysOf(lines);
  const { rows } = await reads.query<EarlierRow>(READ_EARLIER, [
    tenantId,
    fundId,
    id,
    days.map(({ first }) => first),
    days.map(({ last }) => last),
    [...amounts],
    comparesPostings,
    without ?? null,
  ]);
  return rows.map(({ amount, ...row }) => ({ ...row, amountMinor: BigInt(amount) }));
}

interface Days {
  readonly first: string;
  readonly last: string;
}

/** The days of a file, as few ranges between which no line can be found. */
function daysOf(lines: Sequence<BankStatementLine>): Days[] {
  const dates = new Set<string>();
  for (const { effectiveDate, bookingDate } of lines) dates.add(effectiveDate).add(bookingDate);
  const ranges: Days[] = [];
  for (const date of [...dates].toSorted()) {
    const before = ranges.at(-1);
    const gap = before === undefined ? Infinity : Date.parse(date) - Date.parse(before.last);
    if (before !== undefined && gap <= 2 * SHIFT_DAYS * DAY_MS)
      ranges[ranges.length - 1] = { first: before.first, last: date };
    else ranges.push({ first: date, last: date });
  }
  return ranges;
}

/** Earlier lines that no line of the file is exactly; each can be one line of the file only. */
class OpenLines {
  readonly #open = new Map<bigint, EarlierLine[]>();
  readonly #times = new Map<string, number>();

  constructor(open: readonly EarlierLine[], all: readonly EarlierLine[]) {
    for (const line of open) {
      const same = this.#open.get(line.amountMinor);
      if (same === undefined) this.#open.set(line.amountMinor, [line]);
      else same.push(line);
    }
    for (const line of all) this.#times.set(habit(line), (this.#times.get(habit(line)) ?? 0) + 1);
  }

  readonly takeOnDay = (line: BankStatementLine): EarlierLine | undefined =>
    this.#take(line, (earlier) => isOnSameDay(earlier, line));

  readonly takeShifted = (line: BankStatementLine): EarlierLine | undefined =>
    this.#take(line, (earlier) => this.#isShifted(earlier, line));

  #take(
    { amountMinor }: BankStatementLine,
    fits: (earlier: EarlierLine) => boolean,
  ): EarlierLine | undefined {
    const same = this.#open.get(amountMinor) ?? [];
    const at = same.findIndex(fits);
    return at === -1 ? undefined : same.splice(at, 1)[0];
  }

  /** The nearest line of the opposite amount within a few days. */
  takeOtherSide(line: BankStatementLine): EarlierLine | undefined {
    const opposite = this.#open.get(-line.amountMinor) ?? [];
    const [nearest] = opposite
      .filter((earlier) => daysBetween(earlier, line) <= SHIFT_DAYS)
      .toSorted((one, other) => daysBetween(one, line) - daysBetween(other, line));
    if (nearest !== undefined) opposite.splice(opposite.indexOf(nearest), 1);
    return nearest;
  }

  /** The same text a few days apart, unless such lines come all the time, as daily charges do. */
  #isShifted(earlier: EarlierLine, line: BankStatementLine): boolean {
    if (daysBetween(earlier, line) > SHIFT_DAYS) return false;
    // Two banks date and word a transfer each in its own way; people do so with what they post beforehand.
    if (earlier.isOfOther || earlier.isByHand) return true;
    if (line.reference !== null && line.reference === earlier.reference) return true;
    return habit(earlier) === habit(line) && this.#times.get(habit(line)) === 1;
  }
}

type Dated = Pick<BankStatementLine, "effectiveDate">;

const daysBetween = (one: Dated, other: Dated): number =>
  Math.abs(Date.parse(one.effectiveDate) - Date.parse(other.effectiveDate)) / DAY_MS;

const isOnSameDay = (earlier: EarlierLine, line: BankStatementLine): boolean =>
  earlier.effectiveDate === line.effectiveDate || earlier.bookingDate === line.bookingDate;

const habit = ({
  amountMinor,
  description,
}: Pick<EarlierLine, "amountMinor" | "description">): string =>
  `${amountMinor} ${description
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()}`;
