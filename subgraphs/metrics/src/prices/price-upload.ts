import { AppError, invalidInput } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import type { Violation } from "@allfunds/contract/errors";
import type { PriceCsvMapping } from "./price-rows.ts";

/** The name of its kind among the jobs. */
export const PRICE_IMPORT = "price-import";

/** A file of prices that is uploaded in chunks and then imported by a job. */
export interface PriceUpload {
  readonly id: string;
  readonly instrumentId: string;
  readonly mapping: PriceCsvMapping;
  /** Bytes of the file that are stored, in UTF-8: the offset of the next chunk. */
  readonly bytes: number;
  /** True when it is complete: no chunk is appended any more. */
  readonly isFinished: boolean;
  /** The job that imports it. */
  readonly jobId: string | null;
  /** What the import did, once it is stored. */
  readonly result: UploadResult | null;
  readonly startedAt: Date;
}

/** What the import of an uploaded file did, or what is wrong with the file. */
export interface UploadResult {
  readonly rows: number;
  readonly inserted: number;
  readonly unchanged: number;
  readonly corrected: number;
  /** Rows without any price; absent in results of earlier versions. */
  readonly withoutPrice?: number | undefined;
  /** Rows that cannot be read; with any, nothing was stored. */
  readonly refused: number;
  /** The first twenty of them, by line. */
  readonly violations: readonly Violation[];
}

/** Of one chunk, so that a request of the gateway holds it. */
const MOST_CHUNK_CHARACTERS = 2_000_000;
const MOST_BYTES = 2 ** 30;
const MOST_OPEN = 10;
const KEPT_DAYS = 7;

interface UploadRow {
  readonly id: string;
  readonly instrument_id: string;
  readonly mapping: PriceCsvMapping;
  readonly bytes: string;
  readonly is_finished: boolean;
  readonly job_id: string | null;
  readonly result: UploadResult | null;
  readonly started_at: Date;
}

const COLUMNS = "id, instrument_id, mapping, bytes, is_finished, job_id, result, started_at";

const toUpload = (row: UploadRow): PriceUpload => ({
  id: row.id,
  instrumentId: row.instrument_id,
  mapping: row.mapping,
  bytes: Number(row.bytes),
  isFinished: row.is_finished,
  jobId: row.job_id,
  result: row.result,
  startedAt: row.started_at,
});

interface NewUpload {
  readonly id: string;
  readonly tenantId: string;
  readonly instrumentId: string;
  readonly mapping: PriceCsvMapping;
}

// What was begun and not finished within a week no longer counts, and goes with its chunks.
const REMOVE_STALE = `
  DELETE FROM price_upload WHERE tenant_id = $1 AND NOT is_finished
    AND started_at < now() - make_interval(days => ${KEPT_DAYS})`;

const COUNT_OPEN = `
  SELECT count(*)::int AS n FROM price_upload WHERE tenant_id = $1 AND NOT is_finished`;

const INSERT = `
  INSERT INTO price_upload (tenant_id, id, instrument_id, mapping) VALUES ($1, $2, $3, $4)
  ON CONFLICT (tenant_id, id) DO NOTHING RETURNING ${COLUMNS}`;

/**
 * Begins an upload. A repeat with the same id is the same upload; with another instrument or mapping it is
 * an IDEMPOTENCY_CONFLICT. Throws RATE_LIMITED when ten uploads of the tenant are open.
 */
export async function startUpload(client: DatabaseClient, upload: NewUpload): Promise<PriceUpload> {
  const { id, tenantId, instrumentId, mapping } = upload;
  if (!isId(id)) throw invalidInput("id", "must be a UUID");
  await client.query(REMOVE_STALE, [tenantId]);
  const { rows: counts } = await client.query<{ n: number }>(COUNT_OPEN, [tenantId]);
  const { rows } = await client.query<UploadRow>(INSERT, [tenantId, id, instrumentId, mapping]);
  const [created] = rows;
  if (created === undefined) {
    const earlier = await readUpload(client, tenantId, id);
    if (isSameMapping(earlier.mapping, mapping) && earlier.instrumentId === instrumentId)
      return earlier;
    throw new AppError(
      "IDEMPOTENCY_CONFLICT",
      "This id was used for another upload. Choose a new id.",
    );
  }
  if ((counts[0]?.n ?? 0) >= MOST_OPEN) {
    throw new AppError(
      "RATE_LIMITED",
      `${MOST_OPEN} uploads are open already. Finish or cancel one first.`,
    );
  }
  return toUpload(created);
}

// Stored as JSON a mapping loses the order of its parts, and those that are undefined.
const isSameMapping = (a: PriceCsvMapping, b: PriceCsvMapping): boolean =>
  MAPPING_PARTS.every((part) => (a[part] ?? null) === (b[part] ?? null));

const MAPPING_PARTS = [
  "date",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "dateFormat",
  "timeZone",
  "decimalSeparator",
  "delimiter",
] as const satisfies readonly (keyof PriceCsvMapping)[];

const READ = `SELECT ${COLUMNS} FROM price_upload WHERE tenant_id = $1 AND id = $2`;

/** One upload, or null. */
export async function findUpload(
  client: Pool | DatabaseClient,
  tenantId: string,
  id: string,
): Promise<PriceUpload | null> {
  if (!isId(id)) return null;
  const { rows } = await client.query<UploadRow>(READ, [tenantId, id]);
  return rows[0] === undefined ? null : toUpload(rows[0]);
}

/** One upload; throws NOT_FOUND when there is none. */
export async function readUpload(
  client: Pool | DatabaseClient,
  tenantId: string,
  id: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<PriceUpload> {
  const { rows } = isId(id)
    ? await client.query<UploadRow>(lock ? `${READ} FOR UPDATE` : READ, [tenantId, id])
    : { rows: [] };
  const [row] = rows;
  if (row !== undefined) return toUpload(row);
  throw new AppError("NOT_FOUND", `There is no import ${id.slice(0, 80)}.`);
}

const READ_PAGE = `
  SELECT ${COLUMNS} FROM price_upload WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2)
  ORDER BY id DESC LIMIT $3`;

/** Uploads before an id, newest first. */
export async function listUploads(
  client: Pool | DatabaseClient,
  tenantId: string,
  beforeId: string | null,
  limit: number,
): Promise<PriceUpload[]> {
  const { rows } = await client.query<UploadRow>(READ_PAGE, [tenantId, beforeId, limit]);
  return rows.map(toUpload);
}

interface Chunk {
  readonly tenantId: string;
  readonly id: string;
  /** Bytes of the file before this chunk. */
  readonly offset: number;
  readonly content: string;
}

const APPEND = `
  INSERT INTO price_upload_chunk (tenant_id, upload_id, start, content) VALUES ($1, $2, $3, $4)`;
const GROW = "UPDATE price_upload SET bytes = $3 WHERE tenant_id = $1 AND id = $2";

/**
 * Appends a chunk of the file. A repeat of a chunk that is stored changes nothing. Another offset than the
 * stored bytes is UPLOAD_OFFSET_MISMATCH, which names them; so an interrupted upload goes on from there.
 */
export async function appendChunk(pool: Pool, chunk: Chunk): Promise<PriceUpload> {
  const { tenantId, id, offset, content } = chunk;
  if (content === "" || content.length > MOST_CHUNK_CHARACTERS) {
    throw invalidInput("content", `must have 1 to ${MOST_CHUNK_CHARACTERS} characters`);
  }
  const bytes = Buffer.from(content, "utf8");
  return withTransaction(pool, { tenantId }, async (client) => {
    const upload = await readUpload(client, tenantId, id, { lock: true });
    if (offset !== upload.bytes) {
      if (await isStored(client, chunk, bytes)) return upload;
      throw new AppError(
        "UPLOAD_OFFSET_MISMATCH",
        `The import has ${upload.bytes} bytes. Go on with the chunk that begins there.`,
      );
    }
    if (upload.isFinished) {
      throw new AppError("UPLOAD_OFFSET_MISMATCH", "The upload was finished. Start another one.");
    }
    const total = upload.bytes + bytes.length;
    if (total > MOST_BYTES)
      throw invalidInput("content", `the file is larger than ${MOST_BYTES} bytes`);
    await client.query(APPEND, [tenantId, id, offset, bytes]);
    await client.query(GROW, [tenantId, id, total]);
    return { ...upload, bytes: total };
  });
}

const FIND_CHUNK = `
  SELECT content = $4 AS same FROM price_upload_chunk
  WHERE tenant_id = $1 AND upload_id = $2 AND start = $3`;

async function isStored(
  client: DatabaseClient,
  { tenantId, id, offset }: Chunk,
  bytes: Buffer,
): Promise<boolean> {
  if (!Number.isSafeInteger(offset) || offset < 0) return false;
  const { rows } = await client.query<{ same: boolean }>(FIND_CHUNK, [tenantId, id, offset, bytes]);
  return rows[0]?.same ?? false;
}

const FINISH = `
  UPDATE price_upload SET is_finished = true WHERE tenant_id = $1 AND id = $2 RETURNING ${COLUMNS}`;

/** Ends an upload: no chunk is appended any more. Throws NOT_FOUND when there is none. */
export async function finishUpload(
  client: Pool | DatabaseClient,
  tenantId: string,
  id: string,
): Promise<PriceUpload> {
  const upload = await readUpload(client, tenantId, id);
  const { rows } = await client.query<UploadRow>(FINISH, [tenantId, id]);
  return rows[0] === undefined ? upload : toUpload(rows[0]);
}

/** Notes the job that imports an upload. */
export async function noteJob(
  client: Pool | DatabaseClient,
  tenantId: string,
  id: string,
  jobId: string,
): Promise<void> {
  const values = [tenantId, id, jobId];
  await client.query(
    "UPDATE price_upload SET job_id = $3 WHERE tenant_id = $1 AND id = $2",
    values,
  );
}

/** Removes an upload that no job imports; resolves with whether there was one. */
export async function removeUpload(
  client: Pool | DatabaseClient,
  tenantId: string,
  id: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    "DELETE FROM price_upload WHERE tenant_id = $1 AND id = $2 AND NOT is_finished",
    [tenantId, id],
  );
  return (rowCount ?? 0) > 0;
}

/** The tables of uploads; the chunks of a file are not compressed, because a job reads each once. */
export const CREATE_UPLOADS: readonly string[] = [
  `CREATE TABLE price_upload (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    instrument_id uuid NOT NULL,
    mapping jsonb NOT NULL,
    bytes bigint NOT NULL DEFAULT 0,
    is_finished boolean NOT NULL DEFAULT false,
    job_id uuid,
    result jsonb,
    started_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, instrument_id) REFERENCES instrument
  )`,
  `CREATE TABLE price_upload_chunk (
    tenant_id uuid NOT NULL,
    upload_id uuid NOT NULL,
    start bigint NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (tenant_id, upload_id, start),
    FOREIGN KEY (tenant_id, upload_id) REFERENCES price_upload ON DELETE CASCADE
  )`,
  "ALTER TABLE price_upload_chunk ALTER COLUMN content SET STORAGE EXTERNAL",
];
