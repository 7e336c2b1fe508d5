import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createLogger } from "@allfunds/platform/logging";
import { openPrices } from "./prices/prices.fixture.ts";
import type { OpenPrices } from "./prices/prices.fixture.ts";
import { TickWriter } from "./prices/tick-writer.ts";
import { openService } from "./service.fixture.ts";
import type { OpenService } from "./service.fixture.ts";

let service: OpenService;
let prices: OpenPrices;
beforeAll(async () => {
  service = await openService();
  prices = await openPrices();
});
afterAll(async () => {
  await service.close();
  await prices.close();
});

/** Records with another second each time until aborted. */
async function recordUntil(signal: AbortSignal, record: (second: number) => Promise<unknown>) {
  for (let second = 10; !signal.aborted && second < 60; second += 1) {
    await record(second);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const START = Date.parse("2024-05-01T09:00:00.000Z");
const at = (ms: number) => new Date(START + ms);

test("live prices of many requests are stored together, and rolled up as if they were imported", async () => {
  const { pool, profile, key } = prices;
  const writer = new TickWriter({ pool, profile, logger: createLogger("metrics", "silent") });
  const tick = (ms: number, price: number, volume: number | null = 1) => ({
    ...key,
    at: at(ms),
    price: String(price),
    volume: volume === null ? null : String(volume),
  });
  const HOUR = 3_600_000;
  const all = Array.from({ length: 400 }, (_, index) => tick(index * 60_000, 100 + (index % 17)));
  await Promise.all(all.map((one) => writer.record(DEMO_TENANT_ID, [one])));
  // Late, corrected and new ones in one request; of two prices of one instant the last counts.
  const mixed = [
    tick(30_500, 7),
    tick(60_000, 1_000),
    tick(500 * 60_000, 5),
    tick(500 * 60_000, 6, null),
  ];
  await writer.record(DEMO_TENANT_ID, mixed);
  await writer.stop();
  const read = async () => {
    const { bars } = await prices.bars({ interval: "HOUR" });
    return Array.from(bars.times, (time, index) => [
      (time - START) / HOUR,
      bars.open[index],
      bars.high[index],
      bars.low[index],
      bars.close[index],
      bars.volume[index],
    ]);
  };
  const hours = await read();
  expect(hours[0]).toEqual([0, 100, 1_000, 7, 100 + (59 % 17), 61]);
  expect(hours.at(-1)).toEqual([8, 6, 6, 6, 6, NaN]);
  await profile.afterCommit(pool);
  expect(await read()).toEqual(hours);
  // The same prices, imported: nothing changes.
  const points = await prices.bars({ interval: "POINT" });
  const again = Array.from(points.bars.times, (time, index) => ({
    time: new Date(time).toISOString(),
    close: points.bars.close[index] ?? 0,
    ...(Number.isNaN(points.bars.volume[index]) ? {} : { volume: points.bars.volume[index] ?? 0 }),
  }));
  expect(await prices.merge("INSTANT", again)).toEqual({ inserted: 0, corrected: 0 });
});

test("a live price of no instrument is refused, and others of its moment are stored", async () => {
  const { pool, profile, key } = prices;
  const writer = new TickWriter({ pool, profile, logger: createLogger("metrics", "silent") });
  const one = { at: at(9e7), price: "1", volume: null };
  const [bad, good] = await Promise.allSettled([
    writer.record(DEMO_TENANT_ID, [{ ...one, instrumentId: newId() }]),
    writer.record(DEMO_TENANT_ID, [{ ...one, ...key }]),
  ]);
  expect([bad.status, good.status]).toEqual(["rejected", "fulfilled"]);
  await writer.stop();
});

test("subscribers get live prices of their instrument, exactly as they were recorded", async () => {
  const { data } = await service.execute(
    `mutation ($input: ImportPricesInput!) { importPrices(input: $input) { instrument { id } } }`,
    { input: { symbol: "LIVE", currency: "EUR", content: "date,close\n2024-04-30,1\n" } },
  );
  const id = (data["importPrices"] as { instrument: { id: string } }).instrument.id;
  const client = createClient({
    url: `${service.origin.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
  });
  const ticks = client.iterate<{ priceTicks: object }>({
    query: `subscription { priceTicks(instrumentId: "${id}") { at price volume } }`,
  });
  const first = ticks.next();
  const record = (price: string, time: string) =>
    service.execute(`mutation ($ticks: [PriceTickInput!]!) { recordPriceTicks(ticks: $ticks) }`, {
      ticks: [{ instrumentId: id, at: time, price, volume: "2.5" }],
    });
  // The subscription begins when the service has it; until then prices pass it by.
  const arrived = new AbortController();
  const recording = recordUntil(arrived.signal, (second) =>
    record("0.100000000001", `2024-05-01T10:00:${second}.500Z`),
  );
  const { value } = await first;
  arrived.abort();
  await recording;
  expect(value?.data?.priceTicks).toMatchObject({ price: "0.100000000001", volume: "2.5" });
  const none = client.iterate({
    query: `subscription { priceTicks(instrumentId: "${newId()}") { at } }`,
  });
  expect(JSON.stringify(await none.next().catch((error: unknown) => error))).toContain(
    "INSTRUMENT_NOT_FOUND",
  );
  await client.dispose();
  for (const [price, time] of [
    ["0", "2024-05-01T10:00:00Z"],
    ["1", "2999-01-01T00:00:00Z"],
    ["1", "1899-12-31T00:00:00Z"],
    ["1", "2024-05-01T10:00:00.0001Z"],
    ["1000000000000000000000", "2024-05-01T10:00:00Z"],
  ] as const) {
    expect((await record(price, time)).errors?.[0]?.extensions.code).toBe("INVALID_INPUT");
  }
});
