import { fork } from "node:child_process";
import { once } from "node:events";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { Jobs } from "@allfunds/platform/jobs";
import { createLogger } from "@allfunds/platform/logging";
import { testContext } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { priceImportKind } from "./import-job.ts";
import { openPrices } from "./prices.fixture.ts";
import type { OpenPrices } from "./prices.fixture.ts";
import { appendChunk, finishUpload, PRICE_IMPORT, startUpload } from "./price-upload.ts";

const logger = createLogger("test", "silent");
const MAPPING = {
  date: "time",
  close: "close",
  dateFormat: "YYYY-MM-DDTHH:mm:ssZ",
  decimalSeparator: ".",
  delimiter: ",",
};
const ROWS = 30_000;
/** So many that the first is read long before the last. */
const CHUNKS = 50;

let prices: OpenPrices;
beforeAll(async () => {
  prices = await openPrices();
});
afterAll(() => prices.close());

const minute = (index: number) =>
  new Date(Date.parse("2024-01-01T00:00:00Z") + index * 60_000).toISOString();

/** Uploads a file and requests its import; resolves with the id of the job. */
async function requestImport(jobs: Jobs): Promise<string> {
  const { pool, key } = prices;
  const { id } = await withTransaction(pool, key, (client) =>
    startUpload(client, { ...key, id: newId(), mapping: MAPPING }),
  );
  const perChunk = ROWS / CHUNKS;
  let bytes = 0;
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
    const lines = Array.from({ length: perChunk }, (_, index) => {
      const row = chunk * perChunk + index;
      return `${minute(row)},${100 + (row % 10)}\n`;
    });
    const content = (chunk === 0 ? "time,close\n" : "") + lines.join("");
    bytes = (await appendChunk(pool, { ...key, id, offset: bytes, content })).bytes;
  }
  await finishUpload(pool, key.tenantId, id);
  const request = { kind: PRICE_IMPORT, bookId: null, payload: { uploadId: id, bytes } };
  return (await jobs.request(testContext({ tenantId: key.tenantId }), request)).job.id;
}

test(
  "an import whose process is killed in the middle is taken up by another, and no row is there twice",
  { timeout: 300_000 },
  async () => {
    const { pool, key, database } = prices;
    const kinds = [priceImportKind({ url: database.url })];
    const jobs = new Jobs({ pool, logger, kinds, tickMs: 100 });
    const id = await requestImport(jobs);
    const doomed = fork(new URL("import-process.fixture.ts", import.meta.url), [database.url], {
      execArgv: ["--conditions=source", "--import", "tsx", "--no-warnings"],
    });
    await once(doomed, "message");
    doomed.kill("SIGKILL");
    await once(doomed, "exit");
    const stored = () =>
      pool.query<{ rows: number; times: number; sum: string }>(
        `SELECT count(*)::int AS rows, count(DISTINCT at)::int AS times, sum(close)::text AS sum
         FROM price_point WHERE instrument_id = $1`,
        [key.instrumentId],
      );
    expect((await stored()).rows[0]).toMatchObject({ rows: 0 });
    jobs.start();
    const states = `SELECT state, runs, result FROM job WHERE id = $1`;
    await vi.waitFor(
      async () => {
        const { rows } = await pool.query<{ state: string }>(states, [id]);
        expect(rows[0]).toMatchObject({ result: { rows: ROWS, inserted: ROWS, corrected: 0 } });
      },
      { timeout: 60_000, interval: 50 },
    );
    await jobs.stop();
    const { rows } = await pool.query(states, [id]);
    expect(rows[0]).toMatchObject({ runs: 2 });
    expect((await stored()).rows).toEqual([
      { rows: ROWS, times: ROWS, sum: String((ROWS / 10) * 1_045) },
    ]);
    const { bars } = await prices.bars({ interval: "HOUR" });
    expect(bars.times.length).toBe(ROWS / 60);
  },
);
