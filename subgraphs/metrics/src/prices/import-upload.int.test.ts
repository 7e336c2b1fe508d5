import { newId } from "@allfunds/platform/ids";
import { withTransaction } from "@allfunds/platform/database";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importUpload } from "./import-upload.ts";
import type { PriceCsvMapping } from "./price-rows.ts";
import { openPrices } from "./prices.fixture.ts";
import type { OpenPrices } from "./prices.fixture.ts";
import { appendChunk, finishUpload, readUpload, startUpload } from "./price-upload.ts";

const MAPPING: PriceCsvMapping = {
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
const HEADER = "time,open,high,low,close,volume\n";

let prices: OpenPrices;
beforeAll(async () => {
  prices = await openPrices();
});
afterAll(() => prices.close());

const start = (mapping = MAPPING, id = newId()) =>
  withTransaction(prices.pool, prices.key, (client) =>
    startUpload(client, { ...prices.key, id, mapping }),
  );

/** Uploads a file in pieces of some length and imports it. */
async function importFile(content: string, pieceLength = 1_000, mapping = MAPPING) {
  const { tenantId } = prices.key;
  const { id } = await start(mapping);
  let offset = 0;
  for (let at = 0; at < content.length; at += pieceLength) {
    const piece = content.slice(at, at + pieceLength);
    offset = (await appendChunk(prices.pool, { tenantId, id, offset, content: piece })).bytes;
  }
  await finishUpload(prices.pool, tenantId, id);
  return run(id);
}

async function run(id: string) {
  const { pool, profile, key } = prices;
  const result = await withTransaction(pool, key, (client) =>
    importUpload(client, key.tenantId, id, {
      chunks: pool,
      profile,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    }),
  );
  await profile.afterCommit(pool);
  return { ...result, id };
}

const minute = (index: number) =>
  new Date(Date.parse("2024-01-01T00:00:00Z") + index * 60_000).toISOString();
const rowOf = (index: number, close = 100 + (index % 10)) =>
  `${minute(index)},${close},${close + 1},${close - 1},${close},${index}\n`;
const file = (count: number) =>
  HEADER + Array.from({ length: count }, (_, index) => rowOf(index)).join("");

describe("an uploaded file", () => {
  test("is imported once, cut anywhere, and again changes nothing", async () => {
    const content = file(3_000);
    const result = await importFile(content, 997);
    expect(result).toMatchObject({ rows: 3_000, inserted: 3_000, corrected: 0, violations: [] });
    expect(await run(result.id)).toEqual(result);
    expect(await importFile(content, 10_000)).toMatchObject({ inserted: 0, unchanged: 3_000 });
    const { series } = await prices.series({ interval: "POINT" });
    expect(series.times.length).toBe(3_000);
    const { bars } = await prices.bars({ interval: "HOUR", to: "2024-01-01" });
    expect([bars.volume[0], bars.high[0], bars.open[0]]).toEqual([(59 * 60) / 2, 110, 100]);
  });

  test("in disorder, with quotes, equal rows twice and a correction is merged", async () => {
    const rows = [rowOf(5), rowOf(2, 999), rowOf(3_001), rowOf(4), rowOf(3_001), rowOf(3_000)];
    const quoted = rowOf(3_002)
      .split(",")
      .map((cell) => `"${cell.trim()}"`)
      .join(",");
    const result = await importFile(`\uFEFF${HEADER}${rows.join("\r\n")}${quoted}`, 7);
    expect(result).toMatchObject({ rows: 6, inserted: 3, unchanged: 2, corrected: 1 });
  });

  test("with bad rows changes nothing and names the first twenty by line", async () => {
    const { version } = await prices.series();
    const bad = Array.from({ length: 30 }, (_, index) =>
      rowOf(9_000 + index).replace("Z,", "Z,NaN"),
    );
    const result = await importFile(file(5) + bad.join(""), 100);
    expect(result).toMatchObject({ rows: 35, refused: 30, inserted: 0, corrected: 0 });
    expect(result.violations).toHaveLength(20);
    expect(result.violations[0]).toMatchObject({ path: "content.line.7" });
    expect((await prices.series()).version).toBe(version);
  });

  test("with two prices of one time, far apart, is refused", async () => {
    const result = await importFile(HEADER + rowOf(7_000) + rowOf(7_001) + rowOf(7_000, 55));
    expect(result).toMatchObject({ refused: 1, inserted: 0 });
    expect(result.violations[0]?.path).toBe("content.line.4");
  });

  test.each([
    ["without a price", "holds no price", HEADER],
    ["without its columns", "there is no column", "a,b\n1,2\n"],
    ["without an end of line", "longer than", HEADER + "x".repeat(1_500_000)],
  ])("%s is refused", async (_name, message, content) => {
    await expect(importFile(content, 1_000_000)).rejects.toThrow(message);
  });
});

describe("an upload", () => {
  test("goes on where it was interrupted, and refuses another offset", async () => {
    const { tenantId } = prices.key;
    const { id } = await start();
    const append = (offset: number, content: string) =>
      appendChunk(prices.pool, { tenantId, id, offset, content });
    expect((await append(0, "tïme")).bytes).toBe(5);
    expect((await append(0, "tïme")).bytes).toBe(5);
    expect((await append(5, "x")).bytes).toBe(6);
    for (const offset of [0, 3, 7, -1, 1.5]) {
      await expect(append(offset, "y")).rejects.toThrow("The import has 6 bytes");
    }
    await finishUpload(prices.pool, tenantId, id);
    await expect(append(6, "z")).rejects.toThrow("was finished");
    expect((await append(5, "x")).bytes).toBe(6);
    expect((await readUpload(prices.pool, tenantId, id)).isFinished).toBe(true);
  });

  test("of the same id is the same upload, unless it is of something else", async () => {
    const { id } = await start();
    expect((await start(MAPPING, id)).id).toBe(id);
    await expect(start({ ...MAPPING, delimiter: ";" }, id)).rejects.toThrow("another upload");
    await expect(readUpload(prices.pool, newId(), id)).rejects.toThrow("There is no import");
  });
});
