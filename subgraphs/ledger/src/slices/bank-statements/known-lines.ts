import type { TenantReads } from "@allfunds/platform/tenancy";
import type { BankStatementLine } from "../bank-files/statement.ts";
import { fingerprints, identityAfter, identityOf } from "./line-identity.ts";
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

interface Account {
  readonly id: string;
  readonly fundId: string;
  readonly currency: string;
}

/**
 * Compares the lines of a file with what earlier files posted to the account; with `comparesPostings` also with
 * what was posted in other ways and is not matched with a line yet.
 */
export async function compareWithBooks(
  reads: TenantReads,
  tenantId: string,
  account: Account,
  lines: readonly BankStatementLine[],
  comparesPostings: boolean,
): Promise<KnownLine[]> {
  const { identities, positions } = await identify(reads, tenantId, account, lines);
  const earlier = await readEarlier(reads, tenantId, account, { lines, comparesPostings });
  const explained = new Set(positions);
  const open = new OpenLines(
    earlier.filter(({ position }) => !explained.has(position)),
    earlier,
  );
  return lines.map((line, at) => {
    const identity = identities[at] ?? "";
    if (positions[at] !== undefined)
      return { line, identity, verdict: "DUPLICATE", earlierId: undefined };
    const likely = open.take(line);
    return {
      line,
      identity,
      verdict: likely === undefined ? "NEW" : "POSSIBLE_DUPLICATE",
      earlierId: likely?.id,
    };
  });
}

interface Identified {
  readonly identities: readonly string[];
  /** Where the book has the line; undefined when it does not. */
  readonly positions: readonly (number | undefined)[];
}

/** Finds the lines that the book has. One whose import was undone may come again, as another one. */
async function identify(
  reads: TenantReads,
  tenantId: string,
  { id, fundId }: Account,
  lines: readonly BankStatementLine[],
): Promise<Identified> {
  const identities = fingerprints(lines).map((fingerprint) => identityOf(id, fingerprint));
  const positions: (number | undefined)[] = identities.map(() => undefined);
  let open = [...identities.keys()];
  while (open.length > 0) {
    const wanted = open.map((at) => identities[at] ?? "");
    const posted = await readPosted(reads, tenantId, fundId, wanted);
    const again: number[] = [];
    for (const [index, at] of open.entries()) {
      const identity = wanted[index] ?? "";
      const found = posted.get(identity);
      if (found?.undoneId == null) positions[at] = found?.position;
      else {
        identities[at] = identityAfter(identity, found.undoneId);
        again.push(at);
      }
    }
    open = again;
  }
  return { identities, positions };
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

/** So many look-ups of one query. */
const KEYS_AT_ONCE = 20_000;

async function readPosted(
  reads: TenantReads,
  tenantId: string,
  fundId: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, PostedLine>> {
  const posted = new Map<string, PostedLine>();
  for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
    const some = keys.slice(at, at + KEYS_AT_ONCE);
    const { rows } = await reads.query<PostedLine>(READ_POSTED, [tenantId, fundId, some]);
    for (const row of rows) posted.set(row.key, row);
  }
  return posted;
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
}

/** Days between a pending line and the same line booked. */
const SHIFT_DAYS = 5;
const DAY_MS = 86_400_000;

// Days of the file lead to its transactions, amounts of the file to those whose content is read at all.
const READ_EARLIER = `
  SELECT t.id, t.position::int, t.effective_date::text AS "effectiveDate",
    coalesce(e.payload->'metadata'->>'bookingDate', t.effective_date::text) AS "bookingDate",
    e.payload->>'description' AS description, e.payload->>'reference' AS reference, n.amount::text
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
  WHERE CASE WHEN t.import_id IS NOT NULL
    THEN NOT EXISTS (
      SELECT FROM statement_event u
      WHERE u.tenant_id = $1 AND u.import_id = t.import_id AND u.type = 'StatementUndone')
    ELSE t.reverses IS NULL
      AND NOT EXISTS (SELECT FROM transaction r WHERE r.tenant_id = $1 AND r.reverses = t.id)
      AND NOT coalesce((
        SELECT m.type = 'LinesMatched' FROM reconciliation_item m
        WHERE m.tenant_id = $1 AND m.transaction_id = t.id AND m.type IN ('LinesMatched', 'LinesUnmatched')
        ORDER BY m.position DESC LIMIT 1), false) END
  ORDER BY t.position`;

type EarlierRow = Omit<EarlierLine, "amountMinor"> & { readonly amount: string };

interface Compared {
  readonly lines: readonly BankStatementLine[];
  readonly comparesPostings: boolean;
}

async function readEarlier(
  reads: TenantReads,
  tenantId: string,
  { id, fundId }: Account,
  { lines, comparesPostings }: Compared,
): Promise<EarlierLine[]> {
  const days = daysOf(lines);
  const { rows } = await reads.query<EarlierRow>(READ_EARLIER, [
    tenantId,
    fundId,
    id,
    days.map(({ first }) => first),
    days.map(({ last }) => last),
    [...new Set(lines.map(({ amountMinor }) => amountMinor.toString()))],
    comparesPostings,
  ]);
  return rows.map(({ amount, ...row }) => ({ ...row, amountMinor: BigInt(amount) }));
}

interface Days {
  readonly first: string;
  readonly last: string;
}

/** The days of a file, as few ranges between which no line can be found. */
function daysOf(lines: readonly BankStatementLine[]): Days[] {
  const dates = new Set(lines.flatMap((line) => [line.effectiveDate, line.bookingDate]));
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

  take(line: BankStatementLine): EarlierLine | undefined {
    const same = this.#open.get(line.amountMinor) ?? [];
    const onDay = same.findIndex((earlier) => isOnSameDay(earlier, line));
    const at = onDay === -1 ? same.findIndex((earlier) => this.#isShifted(earlier, line)) : onDay;
    return at === -1 ? undefined : same.splice(at, 1)[0];
  }

  /** The same text a few days apart, unless such lines come all the time, as daily charges do. */
  #isShifted(earlier: EarlierLine, line: BankStatementLine): boolean {
    const days =
      Math.abs(Date.parse(earlier.effectiveDate) - Date.parse(line.effectiveDate)) / DAY_MS;
    if (days > SHIFT_DAYS) return false;
    if (line.reference !== null && line.reference === earlier.reference) return true;
    return habit(earlier) === habit(line) && this.#times.get(habit(line)) === 1;
  }
}

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
