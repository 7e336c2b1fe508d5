import { AppError, invalidInput } from "@allfunds/contract/errors";
import { maySeeFund, type Caller } from "@allfunds/platform/auth";
import {
  withTransaction,
  type DatabaseClient,
  type TransactionPool,
} from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import { LongFile } from "../bank-files/long-file.ts";
import type { ImportTarget } from "./import-statement.ts";
import type { LinePart } from "./line-part.ts";
import type { StatementReading } from "./read-statement.ts";

/** How an uploaded file is to be imported; plain, as the table keeps it. */
export interface UploadRequest {
  readonly target: Omit<ImportTarget, "importId" | "splits">;
  /** Lines on several accounts, by their numbers from 1. */
  readonly splits?: readonly (readonly [line: number, parts: readonly LinePart[]])[];
  readonly reading: StatementReading;
}

/** A bank's file that is uploaded in chunks and then imported by a job. */
export interface StatementUpload {
  /** Of the upload, and of the import that it becomes. */
  readonly id: string;
  readonly fundId: string;
  readonly request: UploadRequest;
  readonly requestedBy: string;
  /** Bytes of the file that are stored: the offset of the next chunk. */
  readonly bytes: number;
  /** True when it is complete: no chunk is appended any more. */
  readonly isFinished: boolean;
  readonly jobId: string | null;
}

/** Of one chunk in Base64, so that a request of the gateway holds it. */
export const MOST_CHUNK_CHARACTERS = 2_000_000;
const MOST_BYTES = 512 * 2 ** 20;
const MOST_OPEN = 10;
const KEPT_DAYS = 7;

interface UploadRow {
  readonly id: string;
  readonly fund_id: string;
  readonly request: UploadRequest;
  readonly requested_by: string;
  readonly bytes: string;
  readonly is_finished: boolean;
  readonly job_id: string | null;
}

const COLUMNS = "id, fund_id, request, requested_by, bytes, is_finished, job_id";

const toUpload = (row: UploadRow): StatementUpload => ({
  id: row.id,
  fundId: row.fund_id,
  request: row.request,
  requestedBy: row.requested_by,
  bytes: Number(row.bytes),
  isFinished: row.is_finished,
  jobId: row.job_id,
});

/** Who uploads: others do not see it. */
export interface Uploader {
  readonly tenantId: string;
  readonly actor: string;
  /** The funds it may see now. */
  readonly funds: Caller["funds"];
}

// What was begun and not finished within a week no longer counts; what was finished has its statement or its job.
const REMOVE_STALE = `
  DELETE FROM statement_upload
  WHERE tenant_id = $1 AND started_at < now() - make_interval(days => ${KEPT_DAYS})`;

const COUNT_OPEN = `
  SELECT count(*)::int AS n FROM statement_upload WHERE tenant_id = $1 AND NOT is_finished`;

const INSERT = `
  INSERT INTO statement_upload (tenant_id, id, fund_id, request, requested_by)
  VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, id) DO NOTHING RETURNING ${COLUMNS}`;

const IS_IMPORTED = "SELECT FROM statement_import WHERE tenant_id = $1 AND id = $2";

const IS_SAME = `
  SELECT request = $3::jsonb AS same FROM statement_upload WHERE tenant_id = $1 AND id = $2`;

/**
 * Begins an upload. A repeat with the same id is the same upload; of another file or account, or of a statement
 * that is imported already, it is an IDEMPOTENCY_CONFLICT. Throws RATE_LIMITED when ten uploads of the tenant are open.
 */
export function startUpload(
  pool: TransactionPool,
  uploader: Uploader,
  id: string,
  request: UploadRequest,
): Promise<StatementUpload> {
  const { tenantId, actor } = uploader;
  if (!isId(id)) throw invalidInput("id", "must be a UUID");
  return withTransaction(pool, { tenantId }, async (client) => {
    await client.query(REMOVE_STALE, [tenantId]);
    const { rows: counts } = await client.query<{ n: number }>(COUNT_OPEN, [tenantId]);
    const json = JSON.stringify(request);
    const values = [tenantId, id, request.target.account.fundId, json, actor];
    const { rows } = await client.query<UploadRow>(INSERT, values);
    const [created] = rows;
    if (created === undefined) return sameUpload(client, uploader, id, json);
    const { rowCount: imported } = await client.query(IS_IMPORTED, [tenantId, id]);
    if (imported !== 0) throw usedBefore();
    if ((counts[0]?.n ?? 0) >= MOST_OPEN) {
      const most = `${MOST_OPEN} uploads are open already. Finish or cancel one first.`;
      throw new AppError("RATE_LIMITED", most);
    }
    return toUpload(created);
  });
}

async function sameUpload(
  client: DatabaseClient,
  uploader: Uploader,
  id: string,
  json: string,
): Promise<StatementUpload> {
  const earlier = await findUpload(client, uploader, id);
  const { rows } = await client.query<{ same: boolean }>(IS_SAME, [uploader.tenantId, id, json]);
  if (earlier !== null && rows[0]?.same === true) return earlier;
  throw usedBefore();
}

const usedBefore = (): AppError =>
  new AppError("IDEMPOTENCY_CONFLICT", "This id was used before. Choose a new id.");

const READ = `SELECT ${COLUMNS} FROM statement_upload WHERE tenant_id = $1 AND id = $2`;

/** One upload of the caller's, into a fund that it may still see; or null. */
export async function findUpload(
  client: DatabaseClient,
  uploader: Uploader,
  id: string,
  lock = false,
): Promise<StatementUpload | null> {
  if (!isId(id)) return null;
  const sql = lock ? `${READ} FOR UPDATE` : READ;
  const { rows } = await client.query<UploadRow>(sql, [uploader.tenantId, id]);
  const [row] = rows;
  const isOwn = row?.requested_by === uploader.actor && maySeeFund(uploader, row.fund_id);
  return row !== undefined && isOwn ? toUpload(row) : null;
}

async function requireUpload(
  client: DatabaseClient,
  uploader: Uploader,
  id: string,
): Promise<StatementUpload> {
  const upload = await findUpload(client, uploader, id, true);
  if (upload === null) throw new AppError("NOT_FOUND", `There is no upload ${id.slice(0, 80)}.`);
  return upload;
}

const APPEND = `
  INSERT INTO statement_upload_chunk (tenant_id, upload_id, start, content) VALUES ($1, $2, $3, $4)`;
const GROW = "UPDATE statement_upload SET bytes = $3 WHERE tenant_id = $1 AND id = $2";
const FIND_CHUNK = `
  SELECT content = $4 AS same FROM statement_upload_chunk
  WHERE tenant_id = $1 AND upload_id = $2 AND start = $3`;

/**
 * Appends a chunk of the file. A repeat of a chunk that is stored changes nothing. Another offset than the
 * stored bytes is UPLOAD_OFFSET_MISMATCH, which names them; so an interrupted upload goes on from there.
 */
export function appendChunk(
  pool: TransactionPool,
  uploader: Uploader,
  id: string,
  offset: number,
  content: Buffer,
): Promise<StatementUpload> {
  const { tenantId } = uploader;
  return withTransaction(pool, { tenantId }, async (client) => {
    const upload = await requireUpload(client, uploader, id);
    if (offset !== upload.bytes) {
      const { rows } = await client.query<{ same: boolean }>(FIND_CHUNK, [
        tenantId,
        id,
        Number.isSafeInteger(offset) && offset >= 0 ? offset : -1,
        content,
      ]);
      if (rows[0]?.same === true) return upload;
      const next = `The upload has ${upload.bytes} bytes. Go on with the chunk that begins there.`;
      throw new AppError("UPLOAD_OFFSET_MISMATCH", next);
    }
    if (upload.isFinished)
      throw new AppError("UPLOAD_OFFSET_MISMATCH", "The upload was finished. Start another one.");
    const bytes = upload.bytes + content.length;
    if (bytes > MOST_BYTES)
      throw invalidInput("content", `the file is larger than ${MOST_BYTES} bytes`);
    await client.query(APPEND, [tenantId, id, offset, content]);
    await client.query(GROW, [tenantId, id, bytes]);
    return { ...upload, bytes };
  });
}

const FINISH = `
  UPDATE statement_upload SET is_finished = true, origin = $3
  WHERE tenant_id = $1 AND id = $2 AND NOT is_finished`;

/** Ends an upload: no chunk is appended any more. What is posted for it comes from the `origin` of the first time. */
export function finishUpload(
  pool: TransactionPool,
  uploader: Uploader,
  id: string,
  origin: string | undefined,
): Promise<StatementUpload> {
  const { tenantId } = uploader;
  return withTransaction(pool, { tenantId }, async (client) => {
    const upload = await requireUpload(client, uploader, id);
    await client.query(FINISH, [tenantId, id, origin ?? null]);
    return { ...upload, isFinished: true };
  });
}

const NOTE_JOB = "UPDATE statement_upload SET job_id = $3 WHERE tenant_id = $1 AND id = $2";

export async function noteJob(
  pool: TransactionPool,
  { tenantId }: Uploader,
  id: string,
  jobId: string,
): Promise<void> {
  await withTransaction(pool, { tenantId }, (client) =>
    client.query(NOTE_JOB, [tenantId, id, jobId]),
  );
}

// A chunk at a time: all of them would be the whole file.
const READ_CHUNK = `
  SELECT content FROM statement_upload_chunk WHERE tenant_id = $1 AND upload_id = $2 AND start = $3`;

const READ_FINISHED =
  "SELECT request, origin, bytes FROM statement_upload WHERE tenant_id = $1 AND id = $2";

type FinishedRow = Pick<UploadRow, "request" | "bytes"> & { readonly origin: string | null };

/** The file of an upload, how it is to be imported, and where that was requested from. */
export interface Uploaded {
  readonly request: UploadRequest;
  readonly origin: string | undefined;
  readonly file: LongFile;
}

export async function readUploaded(
  pool: TransactionPool,
  tenantId: string,
  id: string,
): Promise<Uploaded> {
  return withTransaction(pool, { tenantId }, async (client) => {
    const { rows } = await client.query<FinishedRow>(READ_FINISHED, [tenantId, id]);
    const [row] = rows;
    if (row === undefined) throw new AppError("NOT_FOUND", "The upload is gone.");
    const file = new LongFile();
    let read = 0;
    while (read < Number(row.bytes)) {
      const { rows: chunks } = await client.query<{ content: Buffer }>(READ_CHUNK, [
        tenantId,
        id,
        read,
      ]);
      const [chunk] = chunks;
      if (chunk === undefined) throw new AppError("NOT_FOUND", "The file of the upload is gone.");
      file.add(chunk.content);
      read += chunk.content.length;
    }
    return { request: row.request, origin: row.origin ?? undefined, file };
  });
}

const REMOVE_CHUNKS = "DELETE FROM statement_upload_chunk WHERE tenant_id = $1 AND upload_id = $2";

/** What is in the book, was refused or was cancelled needs its file no more. */
export async function removeChunks(
  pool: TransactionPool,
  tenantId: string,
  id: string,
): Promise<void> {
  await withTransaction(pool, { tenantId }, (client) =>
    client.query(REMOVE_CHUNKS, [tenantId, id]),
  );
}
