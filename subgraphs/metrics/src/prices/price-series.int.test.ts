import { setTimeout } from "node:timers/promises";
import { rounds } from "@allfunds/platform/testing";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Bars } from "../series/series.ts";
import { deleteAction, recordAction } from "./corporate-actions.ts";
import { readBarsIn } from "./price-read.ts";
import { expirePoints } from "../storage/retention.ts";
import { openPrices } from "./prices.fixture.ts";
import type { OpenPrices, TestPrice } from "./prices.fixture.ts";
import type { PriceInterval } from "./price-sql.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const iso = (ms: number) => new Date(ms).toISOString();

/** Bars as rows that can be compared; what is not known is null. */
const rowsOf = ({ times, open, high, low, close, volume }: Bars) =>
  Array.from(times, (time, index) => ({
    time: iso(time),
    bar: [open, high, low, close, volume].map((part) => {
      const value = part[index] ?? NaN;
      return Number.isNaN(value) ? null : value;
    }),
  }));

/** Bars of prices at instants, counted here and not by the database. */
function barsOf(points: ReadonlyMap<number, TestPrice>, bucketMs: number) {
  const buckets = new Map<number, TestPrice[]>();
  for (const [time, point] of [...points].sort(([a], [b]) => a - b)) {
    const start = Math.floor(time / bucketMs) * bucketMs;
    buckets.set(start, [...(buckets.get(start) ?? []), point]);
  }
  return [...buckets].map(([start, inside]) => {
    const volumes = inside.map(({ volume }) => volume ?? null);
    const known = volumes.filter((volume) => volume !== null);
    return {
      time: iso(start),
      bar: [
        Number(inside[0]?.open ?? inside[0]?.close),
        Math.max(...inside.map(({ high, close }) => high ?? Number(close))),
        Math.min(...inside.map(({ low, close }) => low ?? Number(close))),
        Number(inside.at(-1)?.close),
        known.length === volumes.length ? known.reduce((sum, volume) => sum + volume, 0) : null,
      ],
    };
  });
}

/** True for a minute and a number of minutes that are deleted, false for prices that are added. */
const isDeletion = <Price>(change: Price[] | [number, number]): change is [number, number] =>
  typeof change[0] === "number";

describe("prices at instants", () => {
  let prices: OpenPrices;
  const stored = new Map<number, TestPrice>();
  const START = Date.parse("2023-01-01T00:00:00Z");

  beforeAll(async () => {
    prices = await openPrices();
    // Three years of a price every four hours, some as bars and some of an unknown volume.
    for (let index = 0; index < 3 * 365 * 6; index += 1) {
      const time = START + index * 4 * HOUR_MS + (index % 7) * 60_000;
      const close = 100 + (index % 37) - (index % 11) / 4;
      const bar = index % 5 === 0 ? { open: close - 0.5, high: close + 1, low: close - 1 } : {};
      const volume = index % 50 === 0 ? {} : { volume: index };
      stored.set(time, { time: iso(time), close, ...bar, ...volume });
    }
    await prices.merge("INSTANT", [...stored.values()]);
  });
  afterAll(() => prices.close());

  /** What is read, and what a count over all points gives. */
  const readAll = async (knownAt: Date | null = null) => {
    const { series } = await prices.series({ interval: "POINT", knownAt });
    return {
      hours: rowsOf((await prices.bars({ interval: "HOUR", knownAt })).bars),
      days: rowsOf((await prices.bars({ interval: "DAY", knownAt })).bars),
      points: Array.from(series.times, (time, index) => [time, series.values[index]]),
    };
  };
  const countAll = () => ({
    hours: barsOf(stored, HOUR_MS),
    days: barsOf(stored, DAY_MS),
    points: [...stored].sort(([a], [b]) => a - b).map(([time, { close }]) => [time, Number(close)]),
  });

  test("are rolled up to hours and days as they are counted one by one", async () => {
    expect(await readAll()).toEqual(countAll());
  });

  test("that come late, are corrected or deleted change exactly their buckets", async () => {
    const late = START + 30 * DAY_MS + 5 * HOUR_MS + 123;
    const corrected = START + 470 * DAY_MS;
    const lowest = Math.min(...[...stored.keys()].filter((time) => time >= corrected));
    const boundary = START + 700 * DAY_MS;
    const onBoundary = Math.min(...[...stored.keys()].filter((time) => time >= boundary));
    stored.set(late, { time: iso(late), close: 1_000, volume: 5 });
    stored.set(lowest, { time: iso(lowest), close: 0.125, volume: 7 });
    stored.delete(onBoundary);
    const written = [stored.get(late), stored.get(lowest)].filter((price) => price !== undefined);
    expect(await prices.merge("INSTANT", written)).toEqual({ inserted: 1, corrected: 1 });
    const span = { from: iso(onBoundary), until: iso(onBoundary + 1) };
    expect(await prices.remove("INSTANT", span)).toBe(1);
    expect(await readAll()).toEqual(countAll());
  });

  test("that are imported again change nothing, and the version stays", async () => {
    const { version } = await prices.series();
    const again = [...stored.values()].slice(0, 500);
    expect(await prices.merge("INSTANT", again)).toEqual({ inserted: 0, corrected: 0 });
    expect((await prices.series()).version).toBe(version);
    expect(await readAll()).toEqual(countAll());
  });

  test("of a whole day that is deleted leave no bar behind", async () => {
    const day = START + 100 * DAY_MS;
    for (const time of stored.keys()) {
      if (time >= day && time < day + DAY_MS) stored.delete(time);
    }
    await prices.remove("INSTANT", { from: iso(day), until: iso(day + DAY_MS) });
    expect(await readAll()).toEqual(countAll());
  });

  test("as they were known before are read at every interval", async () => {
    const knownAt = new Date();
    const before = new Map<PriceInterval, unknown>();
    const intervals = ["POINT", "HOUR", "DAY", "WEEK", "MONTH"] as const;
    for (const interval of intervals) {
      before.set(interval, rowsOf((await prices.bars({ interval })).bars));
    }
    const [time] = [...stored.keys()].slice(1_000);
    await prices.merge("INSTANT", [{ time: iso(time ?? START), close: 9_999 }]);
    await prices.remove("INSTANT", { from: iso(START), until: iso(START + 50 * DAY_MS) });
    for (const interval of intervals) {
      const { bars } = await prices.bars({ interval, knownAt });
      expect([interval, rowsOf(bars)]).toEqual([interval, before.get(interval)]);
      expect(rowsOf((await prices.bars({ interval })).bars)).not.toEqual(before.get(interval));
    }
  });

  test("stay as they are counted, whatever is added late, corrected and deleted", async () => {
    const minutes = fc.integer({ min: 0, max: 3 * 24 * 60 });
    const priceAt = fc.record({
      minute: minutes,
      close: fc.integer({ min: 1, max: 400 }).map((quarters) => quarters / 4),
      volume: fc.option(fc.nat(99), { nil: undefined }),
    });
    const change = fc.oneof(
      fc.array(priceAt, { minLength: 1, maxLength: 60, size: "max" }),
      fc.tuple(minutes, fc.integer({ min: 1, max: 900 })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 2, maxLength: 6 }), async (changes) => {
        stored.clear();
        await prices.remove("INSTANT", { from: "2000-01-01", until: "2100-01-01" });
        const known: { at: Date; counted: ReturnType<typeof countAll> }[] = [];
        const remember = async () => {
          // The clock of the database is finer than the one here.
          await setTimeout(2);
          known.push({ at: new Date(), counted: countAll() });
          await setTimeout(2);
        };
        for (const one of changes) {
          await remember();
          if (isDeletion(one)) {
            const [from, until] = [
              START + one[0] * MINUTE_MS,
              START + (one[0] + one[1]) * MINUTE_MS,
            ];
            for (const time of stored.keys()) if (time >= from && time < until) stored.delete(time);
            await prices.remove("INSTANT", { from: iso(from), until: iso(until) });
            continue;
          }
          const added = new Map<number, TestPrice>();
          for (const { minute, close, volume } of one) {
            const time = START + minute * MINUTE_MS;
            added.set(time, {
              time: iso(time),
              close,
              ...(volume === undefined ? {} : { volume }),
            });
          }
          for (const [time, point] of added) stored.set(time, point);
          await prices.merge("INSTANT", [...added.values()]);
        }
        expect(await readAll()).toEqual(countAll());
        for (const { at, counted } of known) expect(await readAll(at)).toEqual(counted);
      }),
      { numRuns: rounds(2, 5) },
    );
  });
});

describe("prices of days", () => {
  let prices: OpenPrices;
  beforeAll(async () => {
    prices = await openPrices();
  });
  afterAll(() => prices.close());

  test("stay at their calendar date, from 1900 to 2999, with what is known of their bars", async () => {
    await prices.merge("DAY", [
      { time: "1900-01-01", close: 1 },
      { time: "2024-02-26", close: 10, open: 9, high: 11, low: 8, volume: 100 },
      { time: "2024-03-01", close: 12, open: 10, high: 13, low: 10, volume: 50 },
      { time: "2999-12-31", close: "123456789012345678.123456789012" },
    ]);
    const { bars } = await prices.bars();
    expect(rowsOf(bars)).toEqual([
      { time: "1900-01-01T00:00:00.000Z", bar: [null, null, null, 1, null] },
      { time: "2024-02-26T00:00:00.000Z", bar: [9, 11, 8, 10, 100] },
      { time: "2024-03-01T00:00:00.000Z", bar: [10, 13, 10, 12, 50] },
      { time: "2999-12-31T00:00:00.000Z", bar: [null, null, null, 123456789012345680, null] },
    ]);
    const week = await prices.bars({ interval: "WEEK", from: "2024-02-01", to: "2024-03-01" });
    expect(rowsOf(week.bars)).toEqual([
      { time: "2024-02-26T00:00:00.000Z", bar: [9, 13, 8, 12, 150] },
    ]);
  });

  test("win over the instants of their day, which fill the days without one", async () => {
    await prices.merge("INSTANT", [
      { time: "2024-03-01T23:59:59.999Z", close: 77 },
      { time: "2024-03-04T09:00:00Z", close: 14, volume: 1 },
      { time: "2024-03-04T17:00:00Z", close: 13 },
    ]);
    const range = { from: "2024-03-01", to: "2024-03-04" };
    expect(rowsOf((await prices.bars(range)).bars)).toEqual([
      { time: "2024-03-01T00:00:00.000Z", bar: [10, 13, 10, 12, 50] },
      { time: "2024-03-04T00:00:00.000Z", bar: [14, 14, 13, 13, null] },
    ]);
    const points = await prices.series({ ...range, from: "2024-02-26", interval: "POINT" });
    expect(Array.from(points.series.times, iso)).toEqual([
      "2024-02-26T00:00:00.000Z",
      "2024-03-01T23:59:59.999Z",
      "2024-03-04T09:00:00.000Z",
      "2024-03-04T17:00:00.000Z",
    ]);
  });

  test("move the version with every change", async () => {
    const { version } = await prices.series();
    await prices.merge("DAY", [{ time: "2024-03-05", close: 1 }]);
    const { version: later } = await prices.series();
    expect(later).not.toBe(version);
    await prices.remove("DAY", { from: "2024-03-05", until: "2024-03-06" });
    expect((await prices.series()).version).not.toBe(later);
  });

  test.each([
    [{ from: "2024-03-02", to: "2024-03-01" }, "is after to"],
    [{ from: "2024-13-01" }, "neither a calendar date nor an instant"],
    [{ to: "2024-03-01 10:00" }, "neither a calendar date nor an instant"],
  ])("in the range %j are refused", async (range, message) => {
    await expect(prices.series(range)).rejects.toThrow(message);
  });
});

test("adjusted and converted series follow what was known of actions and rates", async () => {
  const prices = await openPrices();
  const { pool, key } = prices;
  try {
    await prices.merge("DAY", [
      { time: "2024-01-30", close: 50 },
      { time: "2024-01-31", close: 100 },
      { time: "2024-02-01", close: 49.5 },
    ]);
    const action = { id: newId(), exDate: "2024-02-01", kind: "SPLIT", value: "2" } as const;
    const { version } = await prices.series();
    await withTransaction(pool, key, (client) => recordAction(client, key, action));
    await withTransaction(pool, key, (client) => recordAction(client, key, action));
    const adjusted = await prices.series({ adjustment: "SPLITS" });
    expect([...adjusted.series.values]).toEqual([25, 50, 49.5]);
    expect(adjusted.version).not.toBe(version);
    expect([...(await prices.series()).series.values]).toEqual([50, 100, 49.5]);
    const months = await prices.bars({ adjustment: "SPLITS", interval: "MONTH" });
    expect([...months.bars.close]).toEqual([50, 49.5]);
    const knownAt = new Date();
    await withTransaction(pool, key, (client) => deleteAction(client, key.tenantId, action.id));
    expect([...(await prices.series({ adjustment: "SPLITS" })).series.values]).toEqual([
      50, 100, 49.5,
    ]);
    const before = await prices.series({ adjustment: "SPLITS", knownAt });
    expect([...before.series.values]).toEqual([25, 50, 49.5]);

    const pairId = newId();
    await withTransaction(pool, key, async (client) => {
      await client.query(
        `INSERT INTO instrument (tenant_id, instrument_id, symbol, name, currency, kind, base_currency)
         VALUES ($1, $2, 'EURUSD', 'Euro', 'USD', 'CURRENCY_PAIR', 'EUR')`,
        [key.tenantId, pairId],
      );
      await client.query(
        `INSERT INTO daily_price (tenant_id, instrument_id, day, close, known_from)
         VALUES ($1, $2, '2024-01-31', 1.25, now())`,
        [key.tenantId, pairId],
      );
    });
    const inDollars = await withTransaction(pool, key, (client) => readBarsIn(client, "USD", key));
    expect([...inDollars.bars.close]).toEqual([125, 61.875]);
    expect(inDollars.conversion).toMatchObject({ path: ["EURUSD"], withoutRate: 1 });
    expect(inDollars.version).toContain(pairId);
  } finally {
    await prices.close();
  }
});

const actionOf = (exDate: string, kind: "SPLIT" | "DIVIDEND", value: string) =>
  ({ id: newId(), exDate, kind, value }) as const;

const adjustedBy = async (
  days: readonly { readonly time: string; readonly close: number }[],
  ...actions: readonly ReturnType<typeof actionOf>[]
) => {
  const prices = await openPrices();
  try {
    const { pool, key } = prices;
    await prices.merge("DAY", days);
    for (const action of actions) {
      await withTransaction(pool, key, (client) => recordAction(client, key, action));
    }
    const valuesFor = async (adjustment: "SPLITS" | "SPLITS_AND_DIVIDENDS") =>
      [...(await prices.series({ adjustment })).series.values].map(
        (value) => Math.round(value * 1e6) / 1e6,
      );
    return {
      splits: await valuesFor("SPLITS"),
      all: await valuesFor("SPLITS_AND_DIVIDENDS"),
    };
  } finally {
    await prices.close();
  }
};

describe("prices adjusted for corporate actions", () => {
  const DAYS = [
    { time: "2024-01-30", close: 80 },
    { time: "2024-01-31", close: 100 },
    { time: "2024-02-01", close: 49 },
    { time: "2024-02-02", close: 50 },
  ];

  test("leave dividends in the price return, and splits in neither", async () => {
    const split = actionOf("2024-02-01", "SPLIT", "2");
    const dividend = actionOf("2024-02-02", "DIVIDEND", "0.98");
    // 0.98 of 49 is 2 %.
    expect(await adjustedBy(DAYS, split, dividend)).toEqual({
      splits: [40, 50, 49, 50],
      all: [39.2, 49, 48.02, 50],
    });
  });

  test("take a dividend for one unit before the split of its day", async () => {
    const split = actionOf("2024-02-01", "SPLIT", "0.1");
    const dividend = actionOf("2024-02-01", "DIVIDEND", "5");
    const { all } = await adjustedBy(DAYS, split, dividend);
    expect(all).toEqual([760, 950, 49, 50]);
  });

  test("stay as they are until the day of an action that is announced", async () => {
    const split = actionOf("2999-01-01", "SPLIT", "2");
    const dividend = actionOf("2999-01-01", "DIVIDEND", "1");
    const raw = DAYS.map(({ close }) => close);
    expect(await adjustedBy(DAYS, split, dividend)).toEqual({ splits: raw, all: raw });
  });

  test("take a dividend from a close of months before when prices are that rare", async () => {
    const quarters = [
      { time: "2023-09-30", close: 200 },
      { time: "2023-12-31", close: 195 },
    ];
    const dividend = actionOf("2023-12-20", "DIVIDEND", "10");
    expect((await adjustedBy(quarters, dividend)).all).toEqual([190, 195]);
  });
});

test("points that are expired leave their hours and days, and no older ones are taken", async () => {
  const prices = await openPrices();
  try {
    const points = Array.from({ length: 300 }, (_, index) => ({
      time: iso(Date.parse("2019-01-01T00:00:00Z") + index * 7 * DAY_MS + HOUR_MS),
      close: index + 1,
    }));
    await prices.merge("INSTANT", points);
    const hours = rowsOf((await prices.bars({ interval: "HOUR" })).bars);
    const days = rowsOf((await prices.bars({ interval: "DAY" })).bars);
    await expirePoints(prices.pool, prices.profile, 30, new Date("2022-01-31T12:00:00Z"));
    const kept = await prices.series({ interval: "POINT" });
    const [first] = kept.series.times;
    expect(first).toBeGreaterThanOrEqual(Date.parse("2022-01-01T00:00:00Z"));
    expect(kept.series.times.length).toBe(points.filter(({ time }) => time >= "2022").length);
    expect(rowsOf((await prices.bars({ interval: "HOUR" })).bars)).toEqual(hours);
    const old = { time: "2021-12-31T23:00:00Z", close: 5 };
    await expect(prices.merge("INSTANT", [old])).rejects.toThrow("kept from 2022-01-01 on");
    await prices.merge("INSTANT", [{ time: "2022-01-05T00:30:00Z", close: 5 }]);
    const after = rowsOf((await prices.bars({ interval: "DAY" })).bars);
    expect(after).toHaveLength(days.length + 1);
    expect(after.filter(({ time }) => time < "2022")).toEqual(
      days.filter(({ time }) => time < "2022"),
    );
    // An earlier horizon does not bring back what is gone.
    await expirePoints(prices.pool, prices.profile, 3_000, new Date("2022-01-31T12:00:00Z"));
    await expect(prices.merge("INSTANT", [old])).rejects.toThrow("kept from 2022-01-01 on");
  } finally {
    await prices.close();
  }
});
