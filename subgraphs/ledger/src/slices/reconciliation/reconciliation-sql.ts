import type {
  LinesMatched,
  LinesUnmatched,
  ReconcilingItemUpdated,
  StatementLinesRead,
} from "@allfunds/contract/events";
import type { TenantReads } from "@allfunds/platform/tenancy";

interface OfAccount {
  readonly tenantId: string;
  readonly fundId: string;
  readonly accountId: string;
}

/** Where an account's bank statements begin, and where the last one before a day ends. */
export interface StatementBounds {
  readonly from: string;
  /** Before the first line of the first statement, as its bank has it. */
  readonly openingBalance: string;
  readonly importId: string;
  readonly to: string;
  readonly closingBalance: string;
}

const READ_BOUNDS = `
  WITH known AS (
    SELECT i.id, r.payload->>'from' AS "from", r.payload->>'to' AS "to",
      r.payload->>'openingBalance' AS "openingBalance", r.payload->>'closingBalance' AS "closingBalance", i.position
    FROM statement_import i
    JOIN statement_event s ON s.tenant_id = $1 AND s.import_id = i.id AND s.type = 'StatementReceived'
    JOIN event r ON r.tenant_id = $1 AND r.book_id = s.book_id AND r.position = s.position
    WHERE i.tenant_id = $1 AND i.account_id = $2 AND i.opening_balance IS NOT NULL AND i.closing_balance IS NOT NULL
      AND r.payload->>'to' <= $3 AND NOT EXISTS (
        SELECT FROM statement_event u
        WHERE u.tenant_id = $1 AND u.import_id = i.id AND u.type = 'StatementUndone')
  )
  SELECT first."from", first."openingBalance", last.id AS "importId", last."to", last."closingBalance"
  FROM (SELECT * FROM known ORDER BY "from", position LIMIT 1) first,
    (SELECT * FROM known ORDER BY "to" DESC, position DESC LIMIT 1) last`;

/** Undefined when no statement with both balances ends by the day. */
export async function readStatementBounds(
  reads: TenantReads,
  { tenantId, accountId }: OfAccount,
  asOf: string,
): Promise<StatementBounds | undefined> {
  const { rows } = await reads.query<StatementBounds>(READ_BOUNDS, [tenantId, accountId, asOf]);
  return rows[0];
}

/** What the last bank statement of an account up to a day ends with. */
export interface ClosingBalance {
  readonly accountId: string;
  readonly code: string;
  readonly currency: string;
  /** Decimal string. */
  readonly closing: string;
}

const READ_CLOSING_BALANCES = `
  SELECT DISTINCT ON (i.account_id) i.account_id AS "accountId", a.code, a.currency,
    r.payload->>'closingBalance' AS closing
  FROM statement_import i
  JOIN account a ON a.tenant_id = $1 AND a.id = i.account_id AND a.fund_id = $2
  JOIN statement_event s ON s.tenant_id = $1 AND s.import_id = i.id AND s.type = 'StatementReceived'
  JOIN event r ON r.tenant_id = $1 AND r.book_id = s.book_id AND r.position = s.position
  WHERE i.tenant_id = $1 AND i.closing_balance IS NOT NULL AND i.position <= $4
    AND r.payload->>'to' <= $3 AND NOT EXISTS (
      SELECT FROM statement_event u WHERE u.tenant_id = $1 AND u.import_id = i.id
        AND u.type = 'StatementUndone' AND u.position <= $4)
  ORDER BY i.account_id, r.payload->>'to' DESC, i.position DESC`;

/** Closing balances of a fund's accounts with statements up to a day, by code, as known at a position. */
export async function readClosingBalances(
  reads: TenantReads,
  { tenantId, fundId }: Omit<OfAccount, "accountId">,
  { asOf, knownAt }: { readonly asOf: string; readonly knownAt: number },
): Promise<ClosingBalance[]> {
  const parameters = [tenantId, fundId, asOf, knownAt] as const;
  const { rows } = await reads.query<ClosingBalance>(READ_CLOSING_BALANCES, [...parameters]);
  return rows.sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** What was noted last of an item. */
export interface NotedItem {
  readonly note: ReconcilingItemUpdated | null;
}

const lastNote = (condition: string): string => `
  LEFT JOIN LATERAL (
    SELECT e.payload FROM reconciliation_item r
    JOIN event e ON e.tenant_id = $1 AND e.book_id = r.book_id AND e.position = r.position
    WHERE r.tenant_id = $1 AND ${condition} AND r.type = 'ReconcilingItemUpdated'
    ORDER BY r.position DESC LIMIT 1) note ON true`;

const isMatched = (condition: string): string => `
  coalesce((
    SELECT r.type = 'LinesMatched' FROM reconciliation_item r
    WHERE r.tenant_id = $1 AND ${condition} AND r.type IN ('LinesMatched', 'LinesUnmatched')
    ORDER BY r.position DESC LIMIT 1), false)`;

/** A line of a statement that no transaction of the book stands for. */
export interface OpenLine extends NotedItem {
  readonly importId: string;
  readonly number: number;
  readonly line: StatementLinesRead["lines"][number];
  /** It is above an approval limit and was not decided. */
  readonly isProposed: boolean;
}

const OF_LINE = "r.import_id = l.import_id AND r.line = l.number";

// OFFSET 0 keeps events of other types, whose lines are a number, from being unfolded.
const READ_LINES = `
  SELECT l.import_id AS "importId", l.number, l.line, l.line->>'transactionId' IS NOT NULL AS "isProposed",
    note.payload AS note
  FROM (
    SELECT i.id AS import_id, s.first_line + a.at::int - 1 AS number, a.line
    FROM statement_import i
    JOIN statement_event s ON s.tenant_id = $1 AND s.import_id = i.id AND s.type = 'StatementLinesRead'
      AND (s.possible_duplicates > 0 OR i.proposed > 0)
    CROSS JOIN LATERAL (
      SELECT payload FROM event
      WHERE tenant_id = $1 AND book_id = s.book_id AND position = s.position OFFSET 0) e
    CROSS JOIN LATERAL json_array_elements(e.payload->'lines') WITH ORDINALITY AS a (line, at)
    WHERE i.tenant_id = $1 AND i.account_id = $2 AND (i.possible_duplicates > 0 OR i.proposed > 0)
      AND NOT EXISTS (
        SELECT FROM statement_event u
        WHERE u.tenant_id = $1 AND u.import_id = i.id AND u.type = 'StatementUndone')
  ) l ${lastNote(OF_LINE)}
  WHERE l.line->>'verdict' <> 'DUPLICATE' AND l.line->>'effectiveDate' <= $3
    AND NOT EXISTS (
      SELECT FROM transaction t WHERE t.tenant_id = $1 AND t.id = (l.line->>'transactionId')::uuid)
    AND NOT EXISTS (
      SELECT FROM statement_event d
      WHERE d.tenant_id = $1 AND d.import_id = l.import_id AND d.first_line = l.number
        AND d.type IN ('StatementLineConfirmed', 'StatementLineRejected'))
    AND NOT ${isMatched(OF_LINE)}
  ORDER BY l.line->>'effectiveDate', l.import_id, l.number LIMIT $4`;

/** Open lines with a value date up to a day, oldest first. */
export async function readOpenLines(
  reads: TenantReads,
  { tenantId, accountId }: OfAccount,
  asOf: string,
  limit: number,
): Promise<OpenLine[]> {
  const parameters = [tenantId, accountId, asOf, limit] as const;
  const { rows } = await reads.query<OpenLine>(READ_LINES, parameters);
  return rows;
}

/** A transaction on the account that no line of a statement stands for. */
export interface OpenTransaction extends NotedItem {
  readonly id: string;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly counterparty: string | null;
  /** Debits less credits on the account, in minor units: as the bank sees it. */
  readonly amount: string;
}

const OF_TRANSACTION = "r.transaction_id = t.id";

// What an undone import posted, and what took it back, are even and of no statement.
const READ_TRANSACTIONS = `
  SELECT t.id, t.effective_date::text AS "effectiveDate", e.payload->>'description' AS description,
    e.payload->>'reference' AS reference, e.payload->'metadata'->>'counterparty' AS counterparty,
    t.amount::text, note.payload AS note
  FROM (
    SELECT t.id, t.book_id, t.position, t.effective_date, sum(n.amount) AS amount
    FROM entry n JOIN transaction t ON t.tenant_id = $1 AND t.book_id = $2
      AND t.effective_date = n.effective_date AND t.position = n.position
    WHERE n.tenant_id = $1 AND n.account_id = $3 AND n.effective_date BETWEEN $4::date AND $5::date
      AND t.import_id IS NULL
      AND NOT EXISTS (
        SELECT FROM transaction o JOIN statement_event u ON u.tenant_id = $1 AND u.import_id = o.import_id
          AND u.type = 'StatementUndone'
        WHERE o.tenant_id = $1 AND o.id = t.reverses)
      AND NOT ${isMatched(OF_TRANSACTION)}
    GROUP BY t.id, t.book_id, t.position, t.effective_date HAVING sum(n.amount) <> 0
    ORDER BY t.effective_date, t.position LIMIT $6
  ) t
  JOIN event e ON e.tenant_id = $1 AND e.book_id = t.book_id AND e.position = t.position
  ${lastNote(OF_TRANSACTION)}
  ORDER BY t.effective_date, t.position`;

/** Open transactions with value dates of some days, oldest first. */
export async function readOpenTransactions(
  reads: TenantReads,
  { tenantId, fundId, accountId }: OfAccount,
  { from, to }: { readonly from: string; readonly to: string },
  limit: number,
): Promise<OpenTransaction[]> {
  const parameters = [tenantId, fundId, accountId, from, to, limit] as const;
  const { rows } = await reads.query<OpenTransaction>(READ_TRANSACTIONS, parameters);
  return rows;
}

/** A match as the book has it. */
export interface StoredMatch {
  readonly position: number;
  readonly matched: LinesMatched;
  readonly matchedBy: string;
  readonly matchedAt: Date;
  readonly unmatched: LinesUnmatched | null;
  readonly unmatchedBy: string | null;
}

const MATCH_COLUMNS = `
  m.position::int, e.payload AS matched, e.actor AS "matchedBy", e.recorded_at AS "matchedAt",
  u.payload AS unmatched, u.actor AS "unmatchedBy"
  FROM m JOIN event e ON e.tenant_id = $1 AND e.book_id = m.book_id AND e.position = m.position
  LEFT JOIN LATERAL (
    SELECT x.payload, x.actor FROM reconciliation_item r
    JOIN event x ON x.tenant_id = $1 AND x.book_id = r.book_id AND x.position = r.position
    WHERE r.tenant_id = $1 AND r.match_id = m.match_id AND r.type = 'LinesUnmatched' LIMIT 1) u ON true
  ORDER BY m.position DESC`;

const READ_MATCHES = `
  WITH m AS (
    SELECT DISTINCT ON (position) position, book_id, match_id FROM reconciliation_item
    WHERE tenant_id = $1 AND account_id = $2 AND type = 'LinesMatched' AND position < $3
    ORDER BY position DESC LIMIT $4
  ) SELECT ${MATCH_COLUMNS}`;

const READ_MATCH = `
  WITH m AS (
    SELECT position, book_id, match_id FROM reconciliation_item
    WHERE tenant_id = $1 AND match_id = $2 AND type = 'LinesMatched' LIMIT 1
  ) SELECT ${MATCH_COLUMNS}`;

/** Matches of an account before a position, newest first. */
export async function readMatches(
  reads: TenantReads,
  { tenantId, accountId }: OfAccount,
  before: number,
  limit: number,
): Promise<StoredMatch[]> {
  const parameters = [tenantId, accountId, before, limit] as const;
  const { rows } = await reads.query<StoredMatch>(READ_MATCHES, parameters);
  return rows;
}

export async function readMatch(
  reads: TenantReads,
  tenantId: string,
  id: string,
): Promise<StoredMatch | undefined> {
  const { rows } = await reads.query<StoredMatch>(READ_MATCH, [tenantId, id]);
  return rows[0];
}
