import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { invalidInput } from "@allfunds/contract/errors";
import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import { from as copyFrom } from "pg-copy-streams";
import type { StorageProfile } from "../storage/profile.ts";
import { PriceLines } from "./price-lines.ts";
import { createStaging, mergeStaged } from "./price-merge.ts";
import { readUpload } from "./price-upload.ts";
import type { PriceUpload, UploadResult } from "./price-upload.ts";

interface ImportOptions {
  /** Other connections than the transaction's: the chunks are read while they are copied. */
  readonly chunks: Pool;
  readonly profile: StorageProfile;
  readonly signal: AbortSignal;
  /** Called with the bytes of the file that are read. */
  readonly onProgress: (bytes: number) => void;
}

const STORE_RESULT = "UPDATE price_upload SET result = $3 WHERE tenant_id = $1 AND id = $2";
const DROP_CHUNKS = "DELETE FROM price_upload_chunk WHERE tenant_id = $1 AND upload_id = $2";

/**
 * Imports an uploaded file in the given transaction: parsed as it is read, copied into a staging table, and
 * merged as a whole. A file with any bad row changes nothing; its result names the first twenty lines.
 * Run again after it committed, it resolves with what it did.
 */
export async function importUpload(
  client: DatabaseClient,
  tenantId: string,
  uploadId: string,
  options: ImportOptions,
): Promise<UploadResult> {
  const upload = await readUpload(client, tenantId, uploadId, { lock: true });
  if (upload.result !== null) return upload.result;
  const file = new UploadedFile(client, tenantId, upload, options);
  const result = await file.import();
  await client.query(STORE_RESULT, [tenantId, uploadId, result]);
  await client.query(DROP_CHUNKS, [tenantId, uploadId]);
  return result;
}

const READ_CHUNK = `
  SELECT content FROM price_upload_chunk WHERE tenant_id = $1 AND upload_id = $2 AND start = $3`;

const COPY =
  "COPY staged_price (time, open, high, low, close, volume, line) FROM STDIN (FORMAT binary)";

/** One file on its way into the staging table. */
class UploadedFile {
  readonly #client: DatabaseClient;
  readonly #pool: Pool;
  readonly #tenantId: string;
  readonly #upload: PriceUpload;
  readonly #options: ImportOptions;
  readonly #lines: PriceLines;

  constructor(
    client: DatabaseClient,
    tenantId: string,
    upload: PriceUpload,
    options: ImportOptions,
  ) {
    this.#client = client;
    this.#pool = options.chunks;
    this.#tenantId = tenantId;
    this.#upload = upload;
    this.#options = options;
    this.#lines = new PriceLines(upload.mapping, Date.now());
  }

  async import(): Promise<UploadResult> {
    const parts = this.#readParts();
    const first = await parts.next();
    const { granularity, faults, times } = this.#lines;
    if (first.done === true || granularity === undefined)
      throw invalidInput("content", "holds no price");
    await createStaging(this.#client, granularity);
    await this.#copy(continued(first.value, parts));
    if (this.#lines.count === 0) throw invalidInput("content", "holds no price");
    const repeated = times.ascends || faults.count > 0 ? 0 : await this.#dropRepeated();
    if (faults.count > 0) return this.#refused();
    const key = { tenantId: this.#tenantId, instrumentId: this.#upload.instrumentId };
    const staged = { granularity, times };
    const counts = await mergeStaged(this.#client, key, staged, this.#options.profile);
    const rows = this.#lines.count - repeated;
    const unchanged = rows - counts.inserted - counts.corrected;
    const { withoutPrice } = this.#lines;
    return { rows, ...counts, unchanged, withoutPrice, violations: [], refused: 0 };
  }

  #refused(): UploadResult {
    const { count, violations } = this.#lines.faults;
    return {
      rows: this.#lines.count,
      inserted: 0,
      corrected: 0,
      unchanged: 0,
      violations,
      refused: count,
    };
  }

  /** The rows of the file, from where its first line is known; read by another connection than copies them. */
  async *#readParts(): AsyncGenerator<readonly Buffer[], void> {
    let early: Buffer[] = [];
    for await (const chunk of this.#readChunks()) {
      const parts = this.#lines.push(chunk);
      early.push(...parts);
      if (this.#lines.granularity === undefined) continue;
      yield early;
      early = [];
    }
    yield [...early, ...this.#lines.end()];
  }

  /** Reads each chunk while the one before is parsed. */
  async *#readChunks(): AsyncGenerator<Buffer, void> {
    const { bytes } = this.#upload;
    let next = bytes > 0 ? this.#readChunk(0) : undefined;
    for (let start = 0; next !== undefined;) {
      this.#options.signal.throwIfAborted();
      const chunk: Buffer = await next;
      start += chunk.length;
      next = start < bytes ? this.#readChunk(start) : undefined;
      // It is awaited in the next turn, which an abort leaves out.
      next?.catch(() => undefined);
      yield chunk;
      this.#options.onProgress(start);
    }
  }

  async #readChunk(start: number): Promise<Buffer> {
    const values = [this.#tenantId, this.#upload.id, start];
    const { rows } = await withTransaction(this.#pool, { tenantId: this.#tenantId }, (client) =>
      client.query<{ content: Buffer }>({ text: READ_CHUNK, values, ...AS_BYTES }),
    );
    const [chunk] = rows;
    if (chunk === undefined) throw new Error(`the chunk at ${start} is missing`);
    return chunk.content;
  }

  async #copy(parts: AsyncIterable<Buffer>): Promise<void> {
    await pipeline(Readable.from(parts), this.#client.query(copyFrom(COPY)));
  }

  /** Keeps one of the rows of a time that are equal, and notes those that differ as faults. */
  async #dropRepeated(): Promise<number> {
    await this.#client.query("CREATE INDEX ON staged_price (time)");
    const { rows } = await this.#client.query<{ line: string; time: string; first: string }>(
      FIND_DIFFERENT,
    );
    for (const { line, time, first } of rows) {
      this.#lines.faults.add(Number(line), `another price of ${time} is on line ${first}`);
    }
    const { rowCount } = await this.#client.query(DROP_REPEATED);
    return rowCount ?? 0;
  }
}

async function* continued(
  first: readonly Buffer[],
  rest: AsyncIterable<readonly Buffer[]>,
): AsyncGenerator<Buffer> {
  yield* first;
  for await (const parts of rest) yield* parts;
}

// As text the server would write two digits for each byte. The driver takes bytes for UTF-8, which a chunk is.
const AS_BYTES = {
  binary: true,
  types: { getTypeParser: () => (value: Buffer) => value },
} as const;

const FIND_DIFFERENT = `
  SELECT repeated.line, repeated.time::text AS time, first.line AS first
  FROM staged_price AS repeated
  CROSS JOIN LATERAL (SELECT * FROM staged_price AS same WHERE same.time = repeated.time
    ORDER BY same.line LIMIT 1) AS first
  WHERE (repeated.open, repeated.high, repeated.low, repeated.close, repeated.volume)
    IS DISTINCT FROM (first.open, first.high, first.low, first.close, first.volume)
  ORDER BY repeated.line LIMIT 20`;

const DROP_REPEATED = `
  DELETE FROM staged_price AS repeated USING staged_price AS first
  WHERE first.time = repeated.time AND first.line < repeated.line`;
