import { AppError } from "@allfunds/contract/errors";
import type { CommentAdded, FileAttached } from "@allfunds/contract/events";
import { withTransaction, type TransactionPool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";

interface Recorded<Payload> {
  readonly position: string;
  readonly recordedAt: Date;
  readonly actor: string;
  readonly payload: Payload;
}

export type AttachmentRow = Recorded<FileAttached>;
export type CommentRow = Recorded<CommentAdded>;

const EVENT = `e.position, e.recorded_at AS "recordedAt", e.actor, e.payload`;

const READ_ONE = `
  SELECT ${EVENT} FROM attachment a JOIN event e USING (tenant_id, book_id, position)
  WHERE a.tenant_id = $1 AND a.id = $2`;

export async function readAttachment(
  reads: TenantReads,
  tenantId: string,
  id: string,
): Promise<AttachmentRow | undefined> {
  if (!isId(id)) return undefined;
  return (await reads.query<AttachmentRow>(READ_ONE, [tenantId, id])).rows[0];
}

const READ_OF_TRANSACTION = `
  SELECT ${EVENT} FROM attachment a JOIN event e USING (tenant_id, book_id, position)
  WHERE a.tenant_id = $1 AND a.transaction_id = $2 AND a.position > $3
  ORDER BY a.position LIMIT $4`;

/** Part of a list: so many behind a position. */
export interface PartOfList {
  readonly behind: number;
  readonly limit: number;
}

/** The files of a transaction, oldest first. */
export async function readAttachments(
  reads: TenantReads,
  tenantId: string,
  transactionId: string,
  { behind, limit }: PartOfList,
): Promise<AttachmentRow[]> {
  const parameters = [tenantId, transactionId, behind, limit] as const;
  return (await reads.query<AttachmentRow>(READ_OF_TRANSACTION, parameters)).rows;
}

const READ_COMMENTS = `
  SELECT ${EVENT} FROM transaction_comment c JOIN event e USING (tenant_id, book_id, position)
  WHERE c.tenant_id = $1 AND c.transaction_id = $2 AND c.position > $3
  ORDER BY c.position LIMIT $4`;

/** Comments on a transaction, oldest first. */
export async function readComments(
  reads: TenantReads,
  tenantId: string,
  transactionId: string,
  { behind, limit }: PartOfList,
): Promise<CommentRow[]> {
  const parameters = [tenantId, transactionId, behind, limit] as const;
  return (await reads.query<CommentRow>(READ_COMMENTS, parameters)).rows;
}

const READ_CONTENT = `
  SELECT encode(content, 'base64') AS base64 FROM attachment_content
  WHERE tenant_id = $1 AND fund_id = $2 AND sha256 = $3`;

/** The bytes of a file in Base64, in one line; NOT_FOUND in a book that was imported without them. */
export async function readContent(
  reads: TenantReads,
  tenantId: string,
  { fundId, sha256 }: FileAttached,
): Promise<string> {
  const parameters = [tenantId, fundId, sha256] as const;
  const { rows } = await reads.query<{ base64: string }>(READ_CONTENT, parameters);
  const [row] = rows;
  if (row === undefined) throw new AppError("NOT_FOUND", "The bytes of this file are not here.");
  return row.base64.replaceAll("\n", "");
}

const KEEP = `
  INSERT INTO attachment_content (tenant_id, fund_id, sha256, content) VALUES ($1, $2, $3, $4)
  ON CONFLICT (tenant_id, fund_id, sha256) DO NOTHING`;

/** Stores the bytes of a file; those that are there already stay. */
export async function keepContent(
  writes: TransactionPool,
  tenantId: string,
  { fundId, sha256 }: { readonly fundId: string; readonly sha256: string },
  content: Buffer,
): Promise<void> {
  await withTransaction(writes, { tenantId }, (client) =>
    client.query(KEEP, [tenantId, fundId, sha256, content]),
  );
}
