import type { TenantReads } from "@allfunds/platform/tenancy";
import { expect, test } from "vitest";
import { KeptExpectations } from "./kept-expectations.ts";

const [tenantId, fundId] = ["tenant", "fund"];

const at = (time: string) => new Date(`2026-06-20T${time}Z`);

/** Counts how often a fund is read and how often an answer is made. */
function counted() {
  const times = { read: 0, made: 0 };
  const query = () => {
    times.read += 1;
    return Promise.resolve({ rows: [] });
  };
  const reads = { query } as unknown as TenantReads;
  const kept = new KeptExpectations();
  const answer = (version: string, { of = fundId, now = at("12:00:00"), how = {} } = {}) =>
    kept.answer(reads, { tenantId, fundId: of, version }, { now, how }, () => {
      times.made += 1;
      return [];
    });
  return { times, answer };
}

test("a fund is read once for each version, and answered once for each way and quarter of an hour", async () => {
  const { times, answer } = counted();
  await answer("1 7");
  await answer("1 7", { now: at("12:14:59") });
  expect(times).toEqual({ read: 1, made: 1 });
  await answer("1 7", { now: at("12:15:00") });
  await answer("1 7", { how: { calendar: "GB" } });
  expect(times).toEqual({ read: 1, made: 3 });
  await answer("1 9");
  expect(times).toEqual({ read: 2, made: 4 });
});

test("what was requested longest ago is evicted first", async () => {
  const { times, answer } = counted();
  const funds = Array.from({ length: 64 }, (_, index) => `fund ${index}`);
  for (const of of funds) await answer("1 7", { of });
  await answer("1 7", { of: "fund 0" });
  await answer("1 7", { of: "one more" });
  await answer("1 7", { of: "fund 0" });
  expect(times.read).toBe(65);
  await answer("1 7", { of: "fund 1" });
  expect(times.read).toBe(66);
});
