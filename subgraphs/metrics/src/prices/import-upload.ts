import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { invalidInput } from "@allfunds/contract/errors";
import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import { from as copyFrom } from "pg-copy-streams";
import type { StorageProfile } from "../storage/profile.ts";
import { CsvRecords } from "./csv-records.ts";
import type { CsvRecord } from "./csv-records.ts";
import { RowFaults } from "./parse-prices.ts";
import { createStaging, mergeStaged } from "./price-merge.ts";
import { PriceRows } from "./price-rows.ts";
import type { StagedRow } from "./price-rows.ts";
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

const COPY = "COPY staged_price (time, open, high, low, close, volume, line) FROM STDIN";

/** Rows written at once: enough that neither the parser nor the server waits for the other. */
const BATCH = 2_000;

/** One file on its way into the staging table. */
class UploadedFile {
  readonly #client: DatabaseClient;
  readonly #pool: Pool;
  readonly #tenantId: string;
  readonly #upload: PriceUpload;
  readonly #options: ImportOptions;
  readonly #faults = new RowFaults();
  readonly #records: CsvRecords;
  readonly #nowMs = Date.now();
  #rows = 0;
  #lastMs = -Infinity;
  /** Every row is later than the one before, so no time is twice in the file. */
  #ascends = true;

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
    this.#records = new CsvRecords(upload.mapping.delimiter);
  }

  async import(): Promise<UploadResult> {
    const pieces = this.#readPieces();
    const [header, ...records] = await firstRecords(pieces);
    if (header === undefined) throw invalidInput("content", "holds no price");
    const reader = new PriceRows(this.#upload.mapping, header);
    await createStaging(this.#client, reader.granularity);
    await this.#copy(this.#toLines(reader, records, pieces));
    if (this.#rows === 0) throw invalidInput("content", "holds no price");
    const repeated = this.#ascends || this.#faults.count > 0 ? 0 : await this.#dropRepeated();
    if (this.#faults.count > 0) return this.#refused();
    const key = { tenantId: this.#tenantId, instrumentId: this.#upload.instrumentId };
    const { granularity } = reader;
    const counts = await mergeStaged(this.#client, key, granularity, this.#options.profile);
    const rows = this.#rows - repeated;
    const unchanged = rows - counts.inserted - counts.corrected;
    return { rows, ...counts, unchanged, violations: [], refused: 0 };
  }

  #refused(): UploadResult {
    const { count, violations } = this.#faults;
    return {
      rows: this.#rows,
      inserted: 0,
      corrected: 0,
      unchanged: 0,
      violations,
      refused: count,
    };
  }

  /** The records of the file, piece by piece; read by another connection than copies them. */
  async *#readPieces(): AsyncGenerator<CsvRecord[], void> {
    const decoder = new TextDecoder();
    for (let start = 0; start < this.#upload.bytes;) {
      this.#options.signal.throwIfAborted();
      const chunk = await this.#readChunk(start);
      start += chunk.length;
      yield this.#records.push(decoder.decode(chunk, { stream: true }));
      this.#options.onProgress(start);
    }
    yield this.#records.end();
  }

  async #readChunk(start: number): Promise<Buffer> {
    const values = [this.#tenantId, this.#upload.id, start];
    const { rows } = await withTransaction(this.#pool, { tenantId: this.#tenantId }, (client) =>
      client.query<{ content: Buffer }>(READ_CHUNK, values),
    );
    const [chunk] = rows;
    if (chunk === undefined) throw new Error(`the chunk at ${start} is missing`);
    return chunk.content;
  }

  async #copy(lines: AsyncIterable<string>): Promise<void> {
    await pipeline(Readable.from(lines), this.#client.query(copyFrom(COPY)));
  }

  async *#toLines(
    reader: PriceRows,
    first: readonly CsvRecord[],
    pieces: AsyncIterable<CsvRecord[]>,
  ): AsyncGenerator<string> {
    yield* this.#linesOf(reader, first);
    for await (const piece of pieces) yield* this.#linesOf(reader, piece);
  }

  *#linesOf(reader: PriceRows, records: readonly CsvRecord[]): Generator<string> {
    let lines = "";
    let count = 0;
    for (const record of records) {
      this.#rows += 1;
      const row = reader.read(record, this.#nowMs);
      if (typeof row === "string") {
        this.#faults.add(record.line, row);
        continue;
      }
      if (row.ms <= this.#lastMs) this.#ascends = false;
      this.#lastMs = row.ms;
      // After the first fault nothing is stored, so the rest is only read.
      if (this.#faults.count > 0) continue;
      lines += toCopyLine(row, record.line);
      count += 1;
      if (count % BATCH !== 0) continue;
      yield lines;
      lines = "";
    }
    if (lines !== "") yield lines;
  }

  /** Keeps one of the rows of a time that are equal, and notes those that differ as faults. */
  async #dropRepeated(): Promise<number> {
    await this.#client.query("CREATE INDEX ON staged_price (time)");
    const { rows } = await this.#client.query<{ line: string; time: string; first: string }>(
      FIND_DIFFERENT,
    );
    for (const { line, time, first } of rows) {
      this.#faults.add(Number(line), `another price of ${time} is on line ${first}`);
    }
    const { rowCount } = await this.#client.query(DROP_REPEATED);
    return rowCount ?? 0;
  }
}

/** The first records of a file; its first pieces may hold no whole line. */
async function firstRecords(pieces: AsyncGenerator<CsvRecord[], void>): Promise<CsvRecord[]> {
  for (;;) {
    const piece = await pieces.next();
    if (piece.done === true) return [];
    if (piece.value.length > 0) return piece.value;
  }
}

/** Numbers and times hold nothing that COPY would take for something else. */
function toCopyLine({ time, open, high, low, close, volume }: StagedRow, line: number): string {
  const parts = `${open ?? NULL}\t${high ?? NULL}\t${low ?? NULL}\t${close}\t${volume ?? NULL}`;
  return `${time}\t${parts}\t${line}\n`;
}

const NULL = "\\N";

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
