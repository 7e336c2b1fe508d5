import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { startTemporaryPostgres } from "@allfunds/embedded-postgres";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { createHttpServer } from "@allfunds/platform/http";
import { createPool, migrate, withTransaction, type Pool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { createLogger } from "@allfunds/platform/logging";
import { testContext } from "@allfunds/platform/testing";
import { from as copyFrom } from "pg-copy-streams";
import { migrationsFor } from "../src/migrations.ts";
import { priceImportKind } from "../src/prices/import-job.ts";
import { appendChunk, finishUpload, startUpload } from "../src/prices/price-upload.ts";
import { TickWriter } from "../src/prices/tick-writer.ts";
import type { StorageProfile } from "../src/storage/profile.ts";
import { chooseStorageProfile } from "../src/storage/storage-profile.ts";
import { watchHealth, type SlowestAnswers } from "./health-watch.ts";
import { cpuMeter, type CpuMeter } from "./server-cpu.ts";
import { text, type Table } from "@allfunds/platform/bench";

const ROWS = 1_000_000;
const CHUNK_CHARACTERS = 2_000_000;
const logger = createLogger("bench", "error");
const START = Date.parse("2022-01-03T00:00:00Z");

const MAPPING = {
  date: "time",
  open: "open",
  high: "high",
  low: "low",
  close: "close",
  volume: "volume",
  dateFormat: "YYYY-MM-DDTHH:mm:ssZ",
  decimalSeparator: ".",
  delimiter: ",",
};

/** Bars of a minute, as lines of six columns. */
function* bars(separator: string): Generator<string> {
  let price = 100;
  for (let index = 0; index < ROWS; index += 1) {
    price *= 1 + (((index * 7_919) % 101) - 50) / 100_000;
    const [low, high] = [price * 0.999, price * 1.001];
    const at = new Date(START + index * 60_000).toISOString();
    const parts = [price, high, low, price].map((value) => value.toFixed(4));
    yield [at, ...parts, String(1_000 + (index % 977))].join(separator);
  }
}

/** Imports of a million bars beside a bare COPY of the same rows, and single points beside autocommit. */
export async function measureIngest(): Promise<Table[]> {
  const server = await startTemporaryPostgres({
    settings: { shared_buffers: "512MB", max_wal_size: "8GB" },
  });
  try {
    await server.ensureDatabase("metrics");
    return await measureImport(server.url("metrics"), await cpuMeter(server.dataDir));
  } finally {
    await server.stop();
  }
}

async function measureImport(url: string, cpu: CpuMeter): Promise<Table[]> {
  const pool = createPool({ url, logger });
  try {
    const profile = await chooseStorageProfile(pool);
    await migrate({ url, migrations: migrationsFor(profile), logger });
    const measure: Measure = async (work) => {
      const before = await cpu();
      const seconds = await secondsOf(work);
      return { seconds, cpu: (await cpu()) - before };
    };
    const copy = await timeCopy(pool, measure);
    const { slowest, ...upload } = await timeImport(pool, url, measure);
    return [
      {
        title: `Import of ${ROWS} bars (${profile.name})`,
        columns: [
          "way",
          "seconds",
          "of COPY",
          "server's CPU s",
          "of COPY",
          "slowest /health/live, ms",
        ],
        rows: [
          ["COPY", text(copy.seconds, 2), "1.00", text(copy.cpu, 2), "1.00", "-", "-"],
          [
            "import",
            text(upload.seconds, 2),
            text(copy.seconds / upload.seconds, 2),
            text(upload.cpu, 2),
            text(copy.cpu / upload.cpu, 2),
            text(slowest.ms, 1),
            text(slowest.busyMs, 1),
          ],
        ],
      },
      await measureTicks(pool, profile),
    ];
  } finally {
    await pool.end();
  }
}

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
};

interface Cost {
  readonly seconds: number;
  /** Of the database server. */
  readonly cpu: number;
}
type Measure = (work: () => Promise<unknown>) => Promise<Cost>;

async function timeCopy(pool: Pool, measure: Measure): Promise<Cost> {
  await pool.query("CREATE TABLE bare (LIKE daily_price)");
  await pool.query("ALTER TABLE bare RENAME day TO at");
  await pool.query("ALTER TABLE bare ALTER at TYPE timestamptz(3)");
  await pool.query("ALTER TABLE bare ADD PRIMARY KEY (tenant_id, instrument_id, at)");
  const instrumentId = newId();
  const now = new Date().toISOString();
  const lines: string[] = [];
  let piece = "";
  for (const bar of bars("\t")) {
    piece += `${DEMO_TENANT_ID}\t${instrumentId}\t${bar}\t${now}\n`;
    if (piece.length > 65_536) {
      lines.push(piece);
      piece = "";
    }
  }
  lines.push(piece);
  return measure(async () => {
    const client = await pool.connect();
    try {
      await pipeline(Readable.from(lines), client.query(copyFrom("COPY bare FROM STDIN")));
    } finally {
      client.release();
    }
  });
}

async function timeImport(
  pool: Pool,
  url: string,
  measure: Measure,
): Promise<Cost & { slowest: SlowestAnswers }> {
  const tenantId = DEMO_TENANT_ID;
  const instrumentId = newId();
  const { id } = await withTransaction(pool, { tenantId }, async (client) => {
    await client.query("INSERT INTO instrument VALUES ($1, $2, 'BARS', 'Bars', 'EUR')", [
      tenantId,
      instrumentId,
    ]);
    return startUpload(client, { id: newId(), tenantId, instrumentId, mapping: MAPPING });
  });
  const file = ["time,open,high,low,close,volume", ...bars(",")].join("\n");
  let offset = 0;
  for (let at = 0; at < file.length; at += CHUNK_CHARACTERS) {
    const content = file.slice(at, at + CHUNK_CHARACTERS);
    offset = (await appendChunk(pool, { tenantId, id, offset, content })).bytes;
  }
  await withTransaction(pool, { tenantId }, (client) => finishUpload(client, tenantId, id));
  const kind = priceImportKind({ url });
  const server = createHttpServer({ service: "bench", logger, authentication: OPEN_TO_ALL });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  const health = await watchHealth(server.app.listeningOrigin);
  const cost = await measure(() =>
    kind.run({
      payload: { uploadId: id, bytes: offset },
      context: testContext({ tenantId }),
      delegation: undefined,
      signal: new AbortController().signal,
      report: () => undefined,
      logger,
    }),
  );
  const slowest = await health.stop();
  await server.app.close();
  return { ...cost, slowest };
}

const TICKS = 40_000;
const SINGLE = 2_000;
/** Requests that wait for their tick at a time. */
const CONCURRENT = 2_000;

/** Single live prices, each a request of its own, beside one autocommitted INSERT for each. */
async function measureTicks(pool: Pool, profile: StorageProfile): Promise<Table> {
  const tenantId = DEMO_TENANT_ID;
  const instrumentId = newId();
  await withTransaction(pool, { tenantId }, (client) =>
    client.query("INSERT INTO instrument VALUES ($1, $2, 'TICKS', 'Ticks', 'EUR')", [
      tenantId,
      instrumentId,
    ]),
  );
  const client = await pool.connect();
  const single = await secondsOf(async () => {
    for (let index = 0; index < SINGLE; index += 1) {
      await client.query({
        name: "single",
        text: "INSERT INTO bare (tenant_id, instrument_id, at, close, known_from) VALUES ($1, $2, $3, $4, now())",
        values: [tenantId, instrumentId, new Date(START + index), "100.25"],
      });
    }
  });
  client.release();
  const writer = new TickWriter({ pool, profile, logger });
  const together = await secondsOf(async () => {
    for (let start = 0; start < TICKS; start += CONCURRENT) {
      const ticks = Array.from({ length: CONCURRENT }, (_, index) => ({
        instrumentId,
        at: new Date(START + start + index),
        price: "100.25",
        volume: null,
      }));
      await Promise.all(ticks.map((tick) => writer.record(tenantId, [tick])));
    }
  });
  await writer.stop();
  const [alone, batched] = [SINGLE / single, TICKS / together];
  return {
    title: `Single live prices (${profile.name})`,
    columns: ["way", "prices/s", "of autocommit"],
    rows: [
      ["autocommit, one after the other", text(alone), "1"],
      [`recorded, ${CONCURRENT} requests at a time`, text(batched), text(batched / alone, 1)],
    ],
  };
}
