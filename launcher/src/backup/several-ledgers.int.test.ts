import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { addressName, ledgerName, withFurtherLedgers } from "./databases.ts";
import { readManifest } from "./manifest.ts";
import { restoreBackup } from "./restore-backup.ts";
import { takeBackup } from "./take-backup.ts";
import { directoryVersion } from "./tenant-directory.ts";

const TENANT = "0193a8c0-0000-7000-8000-000000000001";
const LEDGER = `
  CREATE TABLE feed_head (seq bigint);
  CREATE TABLE tenant_place (
    tenant uuid PRIMARY KEY, database text NOT NULL, moving_to text, version bigint NOT NULL)`;
const FOLLOWER = "CREATE TABLE feed_cursor (follower text PRIMARY KEY, cursor text)";

/** As the ledger issues it: a mark, then name, place, taken and hash of each database. */
const cursorAt = (main: number, two: number): string =>
  Buffer.from(
    JSON.stringify(["*", "main", main, 1, "a".repeat(64), "two", two, 1, "b".repeat(64)]),
  ).toString("base64url");

let [main, two, follower]: TestDatabase[] = [];
let directory: string;

beforeAll(async () => {
  [main, two, follower] = await Promise.all([0, 1, 2].map(() => createTestDatabase()));
  directory = await mkdtemp(join(tmpdir(), "allfunds-several-"));
  await main?.pool.query(`${LEDGER}; INSERT INTO feed_head VALUES (20)`);
  await two?.pool.query(`${LEDGER}; INSERT INTO feed_head VALUES (7)`);
  await follower?.pool.query(`${FOLLOWER}; INSERT INTO feed_cursor VALUES ('metrics', NULL)`);
});
afterEach(async () => void (await main?.pool.query("DELETE FROM tenant_place")));
afterAll(async () => {
  await Promise.all([main, two, follower].map((database) => database?.drop()));
  await rm(directory, { recursive: true, force: true });
});

const place = (movingTo: string | null, version: number) =>
  main?.pool.query(
    `INSERT INTO tenant_place VALUES ($1, 'main', $2, $3)
     ON CONFLICT (tenant) DO UPDATE SET moving_to = $2, version = $3`,
    [TENANT, movingTo, version],
  );

const follow = (cursor: string) =>
  follower?.pool.query("UPDATE feed_cursor SET cursor = $1", [cursor]);

const databases = () => [
  { name: "metrics", url: follower?.url ?? "" },
  { name: "ledger", url: main?.url ?? "" },
  { name: "ledger-two", url: two?.url ?? "" },
];

const backUp = (name: string, arrangement = () => directoryVersion(main?.url ?? "")) =>
  takeBackup({ databases: databases(), to: join(directory, name), arrangement });

it("copies every ledger, and notes how far a follower was in each", async () => {
  await place(null, 3);
  await follow(cursorAt(18, 7));
  await backUp("whole");
  const manifest = await readManifest(join(directory, "whole"));
  expect(
    manifest.databases.map(({ name, feedPosition, feedPositions }) => [
      name,
      feedPosition,
      feedPositions,
    ]),
  ).toEqual([
    ["metrics", 18, { ledger: 18, "ledger-two": 7 }],
    ["ledger", 20, {}],
    ["ledger-two", 7, {}],
  ]);
});

it("copies nothing while a tenant is being moved, or when one was moved meanwhile", async () => {
  await place("two", 4);
  await expect(backUp("moving")).rejects.toThrow("A tenant is being moved");
  await place(null, 5);
  let version = 5;
  const moved = backUp("moved", async () => {
    const read = await directoryVersion(main?.url ?? "");
    await place(null, (version += 1));
    return read;
  });
  await expect(moved).rejects.toThrow("A tenant was moved meanwhile");
  expect((await readdir(directory)).filter((name) => name.includes("mov"))).toEqual([]);
});

const restoring = (names: readonly string[], from: string) =>
  restoreBackup({
    from: join(directory, from),
    targets: names.map((name) => ({ name, service: "ledger", url: "", administratorUrl: "" })),
    replace: false,
    checkMigrations: () => Promise.resolve(),
    migrate: () => Promise.resolve(),
  });

it("restores nothing without a place for each ledger, or with a follower ahead of one", async () => {
  await expect(restoring(["metrics", "ledger"], "whole")).rejects.toThrow(
    "name it in DATABASE_URLS_LEDGER",
  );
  await follow(cursorAt(18, 8));
  await backUp("ahead");
  await expect(restoring(["metrics", "ledger", "ledger-two"], "ahead")).rejects.toThrow(
    "metrics is at feed position 8, the ledger-two at 7",
  );
});

it("finds further ledgers in the environment, each with its administrator", () => {
  const first = { name: "ledger", service: "ledger", url: "postgres://a/l", administratorUrl: "" };
  const env = {
    DATABASE_URLS_LEDGER: "two=postgres://b/l three=postgres://c/l",
    ADMIN_DATABASE_URLS_LEDGER: "three=postgres://root@c/l",
  };
  expect(withFurtherLedgers([first], env).slice(1)).toEqual([
    {
      name: "ledger-two",
      service: "ledger",
      url: "postgres://b/l",
      administratorUrl: "postgres://b/l",
    },
    {
      name: "ledger-three",
      service: "ledger",
      url: "postgres://c/l",
      administratorUrl: "postgres://root@c/l",
    },
  ]);
  expect(["main", "two", "three"].map((name) => addressName(ledgerName(name)))).toEqual([
    "main",
    "two",
    "three",
  ]);
  expect(() =>
    withFurtherLedgers([first], { DATABASE_URLS_LEDGER: "main=postgres://x/y" }),
  ).toThrow("DATABASE_URLS_LEDGER must be");
});
