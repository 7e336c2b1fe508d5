import type {
  StatementImported,
  StatementLinesRead,
  StatementReceived,
  StatementUndone,
} from "@allfunds/contract/events";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { LINES_OF_EVENT } from "./statement.ts";

/** An imported statement as the book has it. */
export interface StoredStatement {
  readonly position: number;
  readonly imported: StatementImported;
  readonly importedBy: string;
  /** Null of an import of an earlier version, which kept no more than its counts. */
  readonly received: StatementReceived | null;
  readonly undone: StatementUndone | null;
  readonly undoneBy: string | null;
  readonly undoneAt: Date | null;
  /** Possible duplicates that are not decided. */
  readonly openLines: number;
}

const COLUMNS = `
  i.position::int, e.payload AS imported, e.actor AS "importedBy", r.payload AS received,
  u.payload AS undone, u.actor AS "undoneBy", u.recorded_at AS "undoneAt",
  CASE WHEN r.payload IS NULL OR u.payload IS NOT NULL THEN 0 ELSE i.possible_duplicates - (
    SELECT count(DISTINCT d.first_line)::int FROM statement_event d
    WHERE d.tenant_id = i.tenant_id AND d.import_id = i.id
      AND d.type IN ('StatementLineConfirmed', 'StatementLineRejected')) END AS "openLines"`;

const eventOf = (type: string, name: string): string => `
  LEFT JOIN LATERAL (
    SELECT o.payload, o.actor, o.recorded_at FROM statement_event s
    JOIN event o USING (tenant_id, book_id, position)
    WHERE s.tenant_id = i.tenant_id AND s.import_id = i.id AND s.type = '${type}' LIMIT 1) ${name} ON true`;

const EVENTS = `
  JOIN event e ON e.tenant_id = i.tenant_id AND e.book_id = i.book_id AND e.position = i.position
  ${eventOf("StatementReceived", "r")} ${eventOf("StatementUndone", "u")}`;

const READ_ONE = `
  SELECT ${COLUMNS} FROM statement_import i ${EVENTS} WHERE i.tenant_id = $1 AND i.id = $2`;

/** One statement; undefined when there is none. */
export async function readStatementById(
  reads: TenantReads,
  tenantId: string,
  id: string,
): Promise<StoredStatement | undefined> {
  const { rows } = await reads.query<StoredStatement>(READ_ONE, [tenantId, id]);
  return rows[0];
}

/** Which statements: those of an account or of a fund, and of one file where that is given. */
export interface StatementFilter {
  readonly accountId: string | null;
  readonly fundId: string | null;
  readonly fileHash: string | null;
}

const pageOf = (column: "account_id" | "book_id"): string => `
  SELECT ${COLUMNS} FROM (
    SELECT * FROM statement_import s
    WHERE s.tenant_id = $1 AND s.${column} = $2 AND s.position < $3
      AND ($4::text IS NULL OR EXISTS (
        SELECT FROM statement_event f
        WHERE f.tenant_id = $1 AND f.file_hash = $4 AND f.import_id = s.id))
    ORDER BY s.position DESC LIMIT $5) i ${EVENTS}
  ORDER BY i.position DESC`;
const OF_ACCOUNT = pageOf("account_id");
const OF_FUND = pageOf("book_id");

/** Statements before a position, newest first; one more than `first`, to show that more follow. */
export async function readStatementPage(
  reads: TenantReads,
  tenantId: string,
  { accountId, fundId, fileHash }: StatementFilter,
  before: number,
  first: number,
): Promise<StoredStatement[]> {
  const sql = accountId === null ? OF_FUND : OF_ACCOUNT;
  const parameters = [tenantId, accountId ?? fundId, before, fileHash, first + 1] as const;
  const { rows } = await reads.query<StoredStatement>(sql, [...parameters]);
  return rows;
}

type LinePayload = StatementLinesRead["lines"][number];

/** A line of a statement with its number, and what a person decided on it. */
export interface NumberedLine {
  readonly number: number;
  readonly line: LinePayload;
  readonly decision: "CONFIRMED" | "REJECTED" | null;
  /** Of a confirmed line: what was posted for it, or waits for approval. */
  readonly confirmedId: string | null;
}

// Lines are in the events that read them, some tens in each: a page reads few of them.
const READ_LINES = `
  SELECT c.first_line + l.at::int - 1 AS number, l.line, d.decision, d.confirmed_id AS "confirmedId"
  FROM (
    SELECT s.position, s.book_id, s.first_line FROM statement_event s
    WHERE s.tenant_id = $1 AND s.import_id = $2 AND s.type = 'StatementLinesRead'
      AND s.first_line > $3 - ${LINES_OF_EVENT} AND s.first_line + s.line_count > $3
      AND (NOT $4::boolean OR s.possible_duplicates > 0)
    ORDER BY s.first_line LIMIT CASE WHEN $4::boolean THEN NULL ELSE $5::integer / ${LINES_OF_EVENT} + 2 END) c
  JOIN event e ON e.tenant_id = $1 AND e.book_id = c.book_id AND e.position = c.position
  CROSS JOIN LATERAL json_array_elements(e.payload->'lines') WITH ORDINALITY AS l (line, at)
  LEFT JOIN LATERAL (
    SELECT CASE p.type WHEN 'StatementLineConfirmed' THEN 'CONFIRMED' ELSE 'REJECTED' END AS decision,
      p.payload->>'transactionId' AS confirmed_id
    FROM statement_event k JOIN event p USING (tenant_id, book_id, position)
    WHERE k.tenant_id = $1 AND k.import_id = $2 AND k.first_line = c.first_line + l.at - 1
      AND k.type IN ('StatementLineConfirmed', 'StatementLineRejected')
    ORDER BY k.position DESC LIMIT 1) d ON true
  WHERE c.first_line + l.at - 1 >= $3
    AND (NOT $4
      OR (l.line->>'verdict' = 'POSSIBLE_DUPLICATE' AND l.line->>'transactionId' IS NULL AND d.decision IS NULL))
  ORDER BY c.first_line, l.at LIMIT $5::integer`;

/** Lines from a number on, in the file's order; `open` keeps possible duplicates that are not decided. */
export async function readStatementLines(
  reads: TenantReads,
  tenantId: string,
  importId: string,
  { from, open, first }: { readonly from: number; readonly open: boolean; readonly first: number },
): Promise<NumberedLine[]> {
  const parameters = [tenantId, importId, from, open, first + 1] as const;
  const { rows } = await reads.query<NumberedLine>(READ_LINES, [...parameters]);
  return rows;
}
