import type { Pool } from "@allfunds/platform/database";
import { expect, test } from "vitest";
import { createLogger } from "@allfunds/platform/logging";
import { TenantDirectory } from "./tenant-directory.ts";

const quiet = createLogger("test", "silent");
const TENANT = "0197a000-0000-7000-8000-000000000001";

/** A pool that answers each query when it is released, with the places at that moment. */
function openPool() {
  let place: { database: string; moving_to: string | null; version: string } | undefined;
  const released: (() => void)[] = [];
  let queries = 0;
  const query = () => {
    queries += 1;
    const seen = place === undefined ? [] : [{ tenant: TENANT, ...place }];
    return new Promise((resolve) => released.push(() => resolve({ rows: seen })));
  };
  return {
    pool: { query } as unknown as Pool,
    set: (database: string, movingTo: string | null, version: number) => {
      place = { database, moving_to: movingTo, version: String(version) };
    },
    release: async () => {
      released.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
    queries: () => queries,
  };
}

test("keeps places that were read lately, also that a tenant is not listed", async () => {
  const { pool, release, queries } = openPool();
  const directory = new TenantDirectory(pool, quiet);
  const reading = directory.refresh();
  await release();
  await reading;
  expect(await directory.placeOf(TENANT)).toMatchObject({ database: "main", isMoving: false });
  expect(queries()).toBe(1);
});

test("reads the place of a tenant on the move each time, for all who come meanwhile together", async () => {
  const { pool, set, release, queries } = openPool();
  const directory = new TenantDirectory(pool, quiet);
  set("main", "two", 1);
  const refreshing = directory.refresh();
  await release();
  await refreshing;

  const first = directory.placeOf(TENANT);
  await new Promise((resolve) => setImmediate(resolve));
  set("two", "two", 2);
  // These come after the first reading has begun, so its answer is too old for them.
  const later = [directory.placeOf(TENANT), directory.placeOf(TENANT), directory.placeOf(TENANT)];
  await release();
  expect(await first).toMatchObject({ database: "main" });
  await release();
  expect(await Promise.all(later)).toEqual(
    later.map(() => expect.objectContaining({ database: "two" })),
  );
  expect(queries()).toBe(3);
});

test("reads a place directly when the last reading is too old", async () => {
  const { pool, set, release } = openPool();
  const directory = new TenantDirectory(pool, quiet);
  set("two", null, 1);
  const place = directory.placeOf(TENANT);
  await new Promise((resolve) => setImmediate(resolve));
  await release();
  expect(await place).toMatchObject({ database: "two", isMoving: false });
});
