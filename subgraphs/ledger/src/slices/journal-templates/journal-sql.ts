import type { AccountType, JournalTemplateSet } from "@allfunds/contract/events";
import type { ErrorCode } from "@allfunds/contract/errors";
import { withTransaction, type TransactionPool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { normalSide } from "../accounts/account.ts";
import { readDebitMinor } from "../balances/balance-sql.ts";
import type { TemplateAccount } from "./journal-amounts.ts";

/** A template as it is now. */
export interface TemplateRow {
  readonly id: string;
  readonly fundId: string;
  readonly version: number;
  readonly nextDate: string | null;
  readonly ranUntil: string | null;
  readonly setAt: Date;
  readonly payload: JournalTemplateSet;
}

const SELECT = `
  SELECT t.id, t.book_id AS "fundId", t.version, t.next_date::text AS "nextDate",
    t.ran_until::text AS "ranUntil", e.recorded_at AS "setAt", e.payload
  FROM journal_template t JOIN event e USING (tenant_id, book_id, position)`;

const READ_ONE = `${SELECT} WHERE t.tenant_id = $1 AND t.id = $2`;

export async function readTemplate(
  reads: TenantReads,
  tenantId: string,
  id: string,
): Promise<TemplateRow | undefined> {
  if (!isId(id)) return undefined;
  return (await reads.query<TemplateRow>(READ_ONE, [tenantId, id])).rows[0];
}

const READ_PAGE = `${SELECT}
  WHERE t.tenant_id = $1 AND t.book_id = $2 AND t.id > $3::uuid ORDER BY t.id LIMIT $4`;

/** Templates of a fund behind one, by id. */
export async function readTemplatePage(
  reads: TenantReads,
  { tenantId, fundId }: { readonly tenantId: string; readonly fundId: string },
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<TemplateRow[]> {
  return (await reads.query<TemplateRow>(READ_PAGE, [tenantId, fundId, after, limit])).rows;
}

/** Which postings are looked for. */
export interface DueQuery {
  readonly tenantId: string;
  /** Only those of this fund. */
  readonly fundId: string | null;
  /** Up to this day. */
  readonly today: string;
  /** Those that were refused since are left out. */
  readonly notRefusedSince: Date | null;
}

const OPEN = `
  AND ($3::uuid IS NULL OR d.book_id = $3::uuid)
  AND NOT EXISTS (SELECT FROM journal_refusal r
    WHERE r.tenant_id = $1 AND r.subject_id = d.id AND r.refused_at > $4)`;

/** Of one round, so that it ends. */
const MOST_DUE = 200;

const DUE_TEMPLATES = `
  SELECT d.id, d.book_id AS "fundId", d.version, d.next_date::text AS "nextDate",
    d.ran_until::text AS "ranUntil", e.recorded_at AS "setAt", e.payload
  FROM journal_template d JOIN event e USING (tenant_id, book_id, position)
  WHERE d.tenant_id = $1 AND NOT d.is_paused AND d.next_date <= $2::date ${OPEN}
  ORDER BY d.next_date, d.id LIMIT ${MOST_DUE}`;

const values = ({ tenantId, today, fundId, notRefusedSince }: DueQuery) =>
  [tenantId, today, fundId, notRefusedSince?.toISOString() ?? "infinity"] as const;

/** Templates whose next day has come. */
export async function readDueTemplates(
  reads: TenantReads,
  query: DueQuery,
): Promise<TemplateRow[]> {
  return (await reads.query<TemplateRow>(DUE_TEMPLATES, values(query))).rows;
}

/** An accrual whose day of reversal has come. */
export interface DueReversal {
  readonly id: string;
  readonly fundId: string;
  readonly date: string;
  readonly description: string;
  readonly postedBy: string;
  readonly owner: string | null;
}

// An accrual that a person reversed, wholly or in part, is left to that person. One that waited was posted by who
// approved it right before.
const DUE_REVERSALS = `
  SELECT d.id, d.book_id AS "fundId", d.reverses_on::text AS date, e.actor AS "postedBy",
    e.payload->>'description' AS description,
    coalesce(a.payload->>'deciderOwner', e.payload->'source'->>'owner') AS owner
  FROM (SELECT tenant_id, book_id, position, transaction_id AS id, reverses_on FROM accrual) d
  JOIN event e USING (tenant_id, book_id, position)
  LEFT JOIN event a ON a.tenant_id = d.tenant_id AND a.book_id = d.book_id
    AND a.position = d.position - 1 AND a.type = 'ProposalApproved'
  WHERE d.tenant_id = $1 AND d.reverses_on <= $2::date ${OPEN}
    AND NOT EXISTS (SELECT FROM transaction t
      WHERE t.tenant_id = d.tenant_id AND t.reverses = d.id)
  ORDER BY d.reverses_on, d.position LIMIT ${MOST_DUE}`;

export async function readDueReversals(
  reads: TenantReads,
  query: DueQuery,
): Promise<DueReversal[]> {
  return (await reads.query<DueReversal>(DUE_REVERSALS, values(query))).rows;
}

const READ_ACCOUNTS = `
  SELECT id, type, currency FROM account WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

/** The accounts of a template, with their balances on a day. */
export async function readTemplateAccounts(
  reads: TenantReads,
  book: { readonly tenantId: string; readonly bookId: string },
  ids: readonly string[],
  asOf: string,
): Promise<Map<string, TemplateAccount>> {
  const { rows } = await reads.query<{ id: string; type: AccountType; currency: string }>(
    READ_ACCOUNTS,
    [book.tenantId, ids],
  );
  const debits = await readDebitMinor(reads, book, ids, { asOf, knownAt: undefined });
  return new Map(
    rows.map(({ id, type, currency }) => {
      const debitMinor = debits.get(id) ?? 0n;
      const balanceMinor = normalSide(type) === "DEBIT" ? debitMinor : -debitMinor;
      return [id, { currency, balanceMinor }];
    }),
  );
}

/** Why a posting that is due was refused. */
export interface JournalRefusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly proposalId: string | null;
  readonly refusedAt: Date;
}

const KEEP_REFUSAL = `
  INSERT INTO journal_refusal (tenant_id, subject_id, fund_id, date, code, message, proposal_id, refused_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (tenant_id, subject_id) DO UPDATE SET date = excluded.date, code = excluded.code,
    message = excluded.message, proposal_id = excluded.proposal_id, refused_at = excluded.refused_at`;

const DROP_REFUSAL = "DELETE FROM journal_refusal WHERE tenant_id = $1 AND subject_id = $2";

/** The template or the accrual, and its day. */
export interface JournalSubject {
  readonly id: string;
  readonly fundId: string;
  readonly date: string;
}

/** Keeps why a posting was refused; null when it was not. */
export async function keepRefusal(
  writes: TransactionPool,
  tenantId: string,
  { id, fundId, date }: JournalSubject,
  refusal: JournalRefusal | null,
): Promise<void> {
  await withTransaction(writes, { tenantId }, async (client) => {
    if (refusal === null) {
      await client.query(DROP_REFUSAL, [tenantId, id]);
      return;
    }
    const { code, message, proposalId, refusedAt } = refusal;
    await client.query(KEEP_REFUSAL, [
      tenantId,
      id,
      fundId,
      date,
      code,
      message,
      proposalId,
      refusedAt,
    ]);
  });
}

const READ_REFUSALS = `
  SELECT subject_id AS id, code, message, proposal_id AS "proposalId", refused_at AS "refusedAt"
  FROM journal_refusal WHERE tenant_id = $1 AND subject_id = ANY ($2::uuid[])`;

/** The last refusals of templates and accruals, by id. */
export async function readRefusals(
  reads: TenantReads,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, JournalRefusal>> {
  const { rows } = await reads.query<JournalRefusal & { readonly id: string }>(READ_REFUSALS, [
    tenantId,
    ids,
  ]);
  return new Map(rows.map(({ id, ...refusal }) => [id, refusal]));
}

/** What became of a day of a template. */
export interface RunRow {
  readonly date: string;
  readonly outcome: "POSTED" | "PROPOSED" | "SKIPPED";
  readonly transactionId: string | null;
}

// Of a proposal that was posted the newer row counts.
const READ_RUNS = `
  SELECT DISTINCT ON (date) date::text, outcome, transaction_id AS "transactionId" FROM journal_run
  WHERE tenant_id = $1 AND template_id = $2 AND date < $3::date
  ORDER BY date DESC, position DESC LIMIT $4`;

/** Days of a template before one, newest first. */
export async function readRuns(
  reads: TenantReads,
  tenantId: string,
  templateId: string,
  { before, limit }: { readonly before: string; readonly limit: number },
): Promise<RunRow[]> {
  return (await reads.query<RunRow>(READ_RUNS, [tenantId, templateId, before, limit])).rows;
}
