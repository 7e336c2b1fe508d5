import {
  appendFile,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readManifest } from "./manifest.ts";
import { restoreBackup, type RestoreRequest } from "./restore-backup.ts";
import { takeBackup } from "./take-backup.ts";

const SCHEMA = `
  CREATE TABLE mikro_orm_migrations (id serial PRIMARY KEY, name text);
  INSERT INTO mikro_orm_migrations (name) VALUES ('0001-first'), ('0002-second');
  CREATE TABLE account (id integer PRIMARY KEY, tenant_id uuid NOT NULL);
  CREATE TABLE entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id integer NOT NULL REFERENCES account,
    amount numeric NOT NULL, doubled numeric GENERATED ALWAYS AS (amount * 2) STORED,
    note text, tags text[], contents jsonb, at timestamptz);
  CREATE TABLE price (day date NOT NULL, price numeric) PARTITION BY RANGE (day);
  CREATE TABLE price_2026 PARTITION OF price FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE price_other PARTITION OF price DEFAULT;
  ALTER TABLE account ENABLE ROW LEVEL SECURITY;
  ALTER TABLE account FORCE ROW LEVEL SECURITY;
  CREATE POLICY tenant_only ON account USING (tenant_id::text = current_setting('app.tenant', true));
  CREATE TABLE feed_head (seq bigint);
  INSERT INTO feed_head VALUES (0)`;

const ROWS = `
  INSERT INTO account SELECT n, gen_random_uuid() FROM generate_series(1, 500) n;
  INSERT INTO entry (account_id, amount, note, tags, contents, at)
    SELECT 1 + n % 500, n * 1.25, CASE WHEN n % 3 = 0 THEN NULL ELSE E'a\\tb\\n"' || n END, ARRAY['x', NULL],
      jsonb_build_object('n', n), timestamptz '2026-11-02 10:00+00' + n * interval '1 second'
    FROM generate_series(1, 3000) n;
  INSERT INTO price SELECT date '2025-12-01' + n, n FROM generate_series(0, 99) n;
  UPDATE feed_head SET seq = 42`;

const CONTENTS = `SELECT json_build_object(
  'entries', (SELECT json_agg(e ORDER BY id) FROM entry e),
  'accounts', (SELECT json_agg(a ORDER BY id) FROM account a),
  'prices', (SELECT json_agg(p ORDER BY day) FROM price p),
  'in 2026', (SELECT count(*) FROM price_2026),
  'head', (SELECT seq FROM feed_head))::text AS contents`;

let source: TestDatabase;
let target: TestDatabase;
let directory: string;

beforeAll(async () => {
  [source, target] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  directory = await mkdtemp(join(tmpdir(), "allfunds-backup-"));
  await source.pool.query(SCHEMA);
  await source.asSuperuser(ROWS);
});
afterAll(async () => {
  await Promise.all([source.drop(), target.drop()]);
  await rm(directory, { recursive: true, force: true });
});

const asAdministrator = ({ url }: TestDatabase): string => {
  const administrator = new URL(process.env["TEST_POSTGRES_ADMIN_URL"] ?? "");
  administrator.pathname = new URL(url).pathname;
  return administrator.href;
};

const query = async <Row extends object>(url: string, sql: string): Promise<Row[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
};

const contentsOf = (database: TestDatabase) => query(asAdministrator(database), CONTENTS);

const backUp = (to: string) =>
  takeBackup({ databases: [{ name: "ledger", url: asAdministrator(source) }], to });

const restore = (from: string, more: Partial<RestoreRequest> = {}) =>
  restoreBackup({
    from,
    targets: [
      {
        name: "ledger",
        service: "ledger",
        url: target.url,
        administratorUrl: asAdministrator(target),
      },
    ],
    replace: false,
    checkMigrations: () => Promise.resolve(),
    migrate: async ({ url }) => {
      await query(url, SCHEMA);
    },
    ...more,
  });

const tablesOfTarget = () =>
  query<{ n: number }>(
    target.url,
    "SELECT count(*)::integer AS n FROM pg_tables WHERE schemaname = 'public'",
  );

it("restores every row of every table into an empty database, and sequences go on", async () => {
  const to = join(directory, "whole");
  await backUp(to);
  await restore(to);

  expect(await contentsOf(target)).toEqual(await contentsOf(source));
  const [next] = await query<{ id: string }>(
    asAdministrator(target),
    "INSERT INTO entry (account_id, amount) VALUES (1, 1) RETURNING id",
  );
  expect(next).toEqual({ id: "3001" });
});

it("refuses a target that is not empty, and replaces it only on request", async () => {
  const to = join(directory, "whole");
  await expect(restore(to)).rejects.toThrow("ledger is not empty");
  await restore(to, { replace: true });
  expect(await contentsOf(target)).toEqual(await contentsOf(source));
});

it("refuses to restore beneath a service that is connected", async () => {
  const service = new Client({ connectionString: target.url });
  await service.connect();
  try {
    await expect(restore(join(directory, "whole"), { replace: true })).rejects.toThrow(
      "Stop the services first",
    );
  } finally {
    await service.end();
  }
});

it("writes nothing when a file is missing, truncated or changed, or the manifest is", async () => {
  await target.asSuperuser(
    "DROP SCHEMA public CASCADE",
    "CREATE SCHEMA public",
    "GRANT ALL ON SCHEMA public TO PUBLIC",
  );
  const whole = join(directory, "whole");
  const { databases } = await readManifest(whole);
  const file = databases[0]?.tables.find(({ name }) => name === "entry")?.file.name ?? "";
  const changes: [change: (path: string) => Promise<unknown>, sentence: string][] = [
    [(path) => rm(join(path, file)), "is missing"],
    [(path) => truncate(join(path, file), 1_000), "has 1000 bytes instead of"],
    [(path) => appendFile(join(path, file), "x"), "instead of"],
    [(path) => flipByte(join(path, file), 2_000), "was changed after the backup"],
    [(path) => flipByte(join(path, "manifest.json"), 200), "was changed after the backup"],
    [(path) => rm(join(path, "manifest.json")), "is not a complete backup"],
  ];
  for (const [nth, [change, sentence]] of changes.entries()) {
    const changed = join(directory, `changed-${nth}`);
    await cp(whole, changed, { recursive: true });
    await change(changed);
    await expect(restore(changed)).rejects.toThrow(sentence);
    expect(await tablesOfTarget()).toEqual([{ n: 0 }]);
  }
});

async function flipByte(path: string, at: number): Promise<void> {
  const content = await readFile(path);
  content[at] = (content[at] ?? 0) ^ 1;
  await writeFile(path, content);
}

const refuseNewer = () => Promise.reject(new Error("lacks: 0003-third"));

it("refuses a backup of a newer schema before anything is written", async () => {
  await expect(restore(join(directory, "whole"), { checkMigrations: refuseNewer })).rejects.toThrow(
    "0003-third",
  );
  expect(await tablesOfTarget()).toEqual([{ n: 0 }]);
});

const MANY_TABLES = 40;
/** The second reader may be anywhere between two files when the first fails. */
const ATTEMPTS = 10;

/** The largest is copied first, and its rows are hidden; the second reader has all the others to write. */
const HIDDEN_AND_OTHERS = `
  CREATE TABLE hidden (n integer, filler text);
  INSERT INTO hidden SELECT n, repeat('x', 100) FROM generate_series(1, 2000) n;
  ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
  ALTER TABLE hidden FORCE ROW LEVEL SECURITY;
  CREATE POLICY nothing ON hidden USING (false);
  DO $$ BEGIN FOR n IN 1..${MANY_TABLES} LOOP
    EXECUTE format('CREATE TABLE other_%s AS SELECT generate_series(1, 100) AS n', n);
  END LOOP; END $$`;

it("makes no backup, and leaves no directory or connection, when a role cannot see every row", async () => {
  const partlyHidden = await createTestDatabase();
  try {
    await partlyHidden.pool.query(HIDDEN_AND_OTHERS);
    const databases = [{ name: "ledger", url: partlyHidden.url }];
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      await expect(
        takeBackup({ databases, to: join(directory, `blind-${attempt}`) }),
      ).rejects.toThrow("ADMIN_DATABASE_URL_LEDGER");
      const left = await readdir(directory);
      expect(left.filter((name) => name.includes("blind"))).toEqual([]);
    }
    await expect.poll(() => connectionsOf(partlyHidden)).toBe(0);
  } finally {
    await partlyHidden.drop();
  }
});

const connectionsOf = async ({ url }: TestDatabase): Promise<number> => {
  const [found] = await query<{ n: number }>(
    source.url,
    `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE datname = '${new URL(url).pathname.slice(1)}'
     AND backend_type = 'client backend' AND state <> 'idle'`,
  );
  return found?.n ?? -1;
};

it("keeps an earlier backup when it is given the same directory", async () => {
  await expect(backUp(join(directory, "whole"))).rejects.toThrow("is not empty");
  await expect(readManifest(join(directory, "whole"))).resolves.toHaveProperty("format", 1);
});

it("shows one moment of databases that are written to meanwhile", async () => {
  const to = join(directory, "moving");
  const end = new AbortController();
  const write = async (): Promise<void> => {
    while (!end.signal.aborted) {
      await query(
        asAdministrator(source),
        `BEGIN; INSERT INTO entry (account_id, amount) VALUES (1, 1);
         UPDATE feed_head SET seq = seq + 1; COMMIT`,
      );
    }
  };
  const [before] = await query<{ n: string }>(
    asAdministrator(source),
    "SELECT count(*) AS n FROM entry",
  );
  const writing = write();
  const { databases } = await backUp(to);
  end.abort();
  await writing;

  const [ledger] = databases;
  const entries = ledger?.tables.find(({ name }) => name === "entry")?.rows ?? 0;
  expect(entries - Number(before?.n)).toBe((ledger?.feedPosition ?? 0) - 42);
});
