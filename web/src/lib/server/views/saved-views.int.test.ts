import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../session/migrations.ts";
import { MOST_VIEWS, SavedViews } from "./saved-views.ts";
import { MOST_WATCHED, WatchedInstruments } from "./watched-instruments.ts";

let database: TestDatabase;
let pool: Pool;
let views: SavedViews;
let reports: SavedViews;
let watched: WatchedInstruments;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.url, max: 3 });
  views = new SavedViews(pool, () => migrate(pool), "web_saved_view");
  reports = new SavedViews(pool, () => migrate(pool), "web_saved_report");
  watched = new WatchedInstruments(pool, () => migrate(pool));
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

const FEES = { name: "Fees", fundId: null, search: "text=fee" };

test("lists a person's own views of a fund and of every fund by name", async () => {
  await views.keep("ann", FEES);
  await views.keep("ann", { name: "cash out", fundId: "fund-1", search: "account=a-1" });
  await views.keep("ann", { name: "Elsewhere", fundId: "fund-2", search: "account=a-2" });
  await views.keep("ben", { name: "Ben's", fundId: null, search: "text=ben" });
  const names = (await views.list("ann", "fund-1")).map(({ name }) => name);
  expect(names).toEqual(["cash out", "Fees"]);
});

test("replaces the view of the same name, and drops only a person's own", async () => {
  await views.keep("eve", FEES);
  await views.keep("eve", { ...FEES, search: "text=charge" });
  await views.drop("ben", "Fees");
  expect(await views.list("eve", "fund-1")).toEqual([{ ...FEES, search: "text=charge" }]);
  await views.drop("eve", "Fees");
  expect(await views.list("eve", "fund-1")).toEqual([]);
});

test("keeps a report and a view of one name apart", async () => {
  await views.keep("kim", FEES);
  await reports.keep("kim", { ...FEES, search: "report=cash-flow" });
  expect(await reports.list("kim", "fund-1")).toEqual([{ ...FEES, search: "report=cash-flow" }]);
  await reports.drop("kim", "Fees");
  expect(await reports.list("kim", "fund-1")).toEqual([]);
  expect(await views.list("kim", "fund-1")).toEqual([FEES]);
});

test("refuses one view too many, and still replaces one", async () => {
  for (let nth = 0; nth < MOST_VIEWS; nth += 1) {
    expect(await views.keep("max", { ...FEES, name: `View ${nth}` })).toBe(true);
  }
  expect(await views.keep("max", { ...FEES, name: "One more" })).toBe(false);
  expect(await views.keep("max", { ...FEES, name: "View 7", search: "text=seven" })).toBe(true);
  expect(await views.list("max", "fund-1")).toHaveLength(MOST_VIEWS);
});

test("lists the instruments that a person watches in the order they were added, each once", async () => {
  for (const id of ["b", "a", "b"]) expect(await watched.watch("ann", id)).toBe(true);
  await watched.watch("ben", "c");
  expect(await watched.list("ann")).toEqual(["b", "a"]);
  await watched.unwatch("ann", "b");
  await watched.unwatch("ann", "c");
  expect([await watched.list("ann"), await watched.list("ben")]).toEqual([["a"], ["c"]]);
});

test("refuses one instrument too many, and still takes one that is watched", async () => {
  for (let nth = 0; nth < MOST_WATCHED; nth += 1) await watched.watch("max", `i-${nth}`);
  expect(await watched.watch("max", "one-more")).toBe(false);
  expect(await watched.watch("max", "i-7")).toBe(true);
  expect(await watched.list("max")).toHaveLength(MOST_WATCHED);
});
