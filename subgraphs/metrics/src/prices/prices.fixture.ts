import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { createMetricsDatabase } from "../metrics-database.fixture.ts";
import { chooseStorageProfile } from "../storage/storage-profile.ts";
import { createStaging, deletePrices, mergeStaged } from "./price-merge.ts";
import type { Granularity, MergeCounts, TimeSpan } from "./price-merge.ts";
import { readBars, readSeries } from "./price-read.ts";
import type { PriceRequest } from "./price-read.ts";
import { StagedTimes } from "./staged-times.ts";

/** A price as tests write it: the close alone, or a bar. */
export interface TestPrice {
  readonly time: string;
  readonly close: number | string;
  readonly open?: number;
  readonly high?: number;
  readonly low?: number;
  readonly volume?: number;
}

const STAGE = `
  INSERT INTO staged_price (time, open, high, low, close, volume)
  SELECT time, open, high, low, close, volume FROM json_to_recordset($1)
    AS price (time timestamptz, open numeric, high numeric, low numeric, close numeric, volume numeric)`;

/** A metrics database with one instrument, on whatever storage the server of the tests offers. */
export async function openPrices() {
  const database = await createMetricsDatabase();
  const profile = await chooseStorageProfile(database.pool);
  const { pool } = database;
  const key = { tenantId: DEMO_TENANT_ID, instrumentId: newId() };
  await withTransaction(pool, key, (client) =>
    client.query(
      `INSERT INTO instrument (tenant_id, instrument_id, symbol, name, currency)
       VALUES ($1, $2, 'TEST', 'Test', 'EUR')`,
      [key.tenantId, key.instrumentId],
    ),
  );
  type Range = Omit<PriceRequest, "tenantId" | "instrumentId">;
  return {
    database,
    pool,
    profile,
    key,
    /** Stores prices as an import does. */
    merge: async (granularity: Granularity, prices: readonly TestPrice[]): Promise<MergeCounts> => {
      const counts = await withTransaction(pool, key, async (client) => {
        await createStaging(client, granularity);
        await client.query(STAGE, [JSON.stringify(prices)]);
        const times = StagedTimes.of(prices.map(({ time }) => Date.parse(time)));
        return mergeStaged(client, key, { granularity, times }, profile);
      });
      await profile.afterCommit(pool);
      return counts;
    },
    remove: async (granularity: Granularity, span: TimeSpan): Promise<number> => {
      const deleted = await withTransaction(pool, key, (client) =>
        deletePrices(client, key, granularity, span, profile),
      );
      await profile.afterCommit(pool);
      return deleted;
    },
    series: (request: Range = {}) =>
      withTransaction(pool, key, (client) => readSeries(client, { ...key, ...request })),
    bars: (request: Range = {}) =>
      withTransaction(pool, key, (client) => readBars(client, { ...key, ...request })),
    close: () => database.drop(),
  };
}

export type OpenPrices = Awaited<ReturnType<typeof openPrices>>;
