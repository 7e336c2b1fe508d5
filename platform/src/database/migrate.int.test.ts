import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createLogger } from "../logging.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { migrate } from "./migrate.ts";
import { IndexMigration, Migration, type NamedMigration } from "./migration.ts";

const logger = createLogger("test", "silent");

class CreateNotes extends Migration {
  override up(): void {
    this.addSql("CREATE TABLE note (text text)");
  }
}

class AddAuthor extends Migration {
  override up(): void {
    this.addSql("ALTER TABLE note ADD COLUMN author text");
  }
}

const FIRST: NamedMigration = { name: "0001", class: CreateNotes };
const SECOND: NamedMigration = { name: "0002", class: AddAuthor };

let database: TestDatabase;
const migrateTo = (...migrations: readonly NamedMigration[]) =>
  migrate({ url: database.url, migrations, logger });

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => database.pool.query("DROP TABLE IF EXISTS note, mikro_orm_migrations"));
afterAll(() => database.drop());

it("comes again when a lock that it needs is held", async () => {
  await migrateTo(FIRST);
  const reader = new Client({ connectionString: database.url });
  await reader.connect();
  await reader.query("BEGIN");
  await reader.query("SELECT FROM note");
  const migrated = migrateTo(FIRST, SECOND);
  const givenWay = async (): Promise<boolean> => {
    const { rows } = await database.pool.query<{ waits: boolean }>(
      "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted) AS waits",
    );
    return rows[0]?.waits ?? false;
  };
  await expect.poll(givenWay, { timeout: 60_000, interval: 20 }).toBe(true);
  await expect.poll(givenWay, { timeout: 60_000, interval: 20 }).toBe(false);
  await reader.end();
  await migrated;
  await database.pool.query("SELECT author FROM note");
});

class IndexNotes extends IndexMigration {
  override indexes() {
    return [{ name: "note_text", on: "note (text)", isUnique: true }];
  }
}
const INDEX: NamedMigration = { name: "0003-index", class: IndexNotes };

const isValid = async (): Promise<boolean | undefined> => {
  const { rows } = await database.pool.query<{ valid: boolean }>(
    "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass('note_text')",
  );
  return rows[0]?.valid;
};

it("builds an index while the table is written to, in the midst of other replicas that migrate", async () => {
  await migrateTo(FIRST);
  const writer = new Client({ connectionString: database.url });
  await writer.connect();
  await writer.query("BEGIN");
  await writer.query("INSERT INTO note VALUES ('early')");
  const replicas = [1, 2, 3].map(() => migrateTo(FIRST, INDEX, SECOND));
  await expect.poll(isValid, { timeout: 60_000, interval: 20 }).toBe(false);
  // A lock of a plain CREATE INDEX would have this wait for the build, and the build for the writer.
  await database.pool.query("INSERT INTO note VALUES ('meanwhile')");
  await writer.query("COMMIT");
  await writer.end();
  await Promise.all(replicas);
  expect(await isValid()).toBe(true);
  await database.pool.query("SELECT author FROM note");
});

it("builds an index again that was left invalid", async () => {
  await migrateTo(FIRST);
  await database.pool.query("INSERT INTO note VALUES ('twice'), ('twice')");
  await expect(migrateTo(FIRST, INDEX)).rejects.toThrow("could not create unique index");
  expect(await isValid()).toBe(false);
  await database.pool.query("DELETE FROM note");
  await migrateTo(FIRST, INDEX);
  expect(await isValid()).toBe(true);
});

it("starts on a database that a newer version has only added to", async () => {
  await migrateTo(FIRST, { name: "0002-expand-author", class: AddAuthor });
  await expect(migrateTo(FIRST)).resolves.toBeUndefined();
  await migrateTo(FIRST, { name: "0002-expand-author", class: AddAuthor }, INDEX);
  await expect(migrateTo(FIRST)).rejects.toThrow("has migration 0003-index");
});

it("refuses a database that a newer version has migrated", async () => {
  await migrateTo(FIRST, SECOND);
  await expect(migrateTo(FIRST)).rejects.toThrow("has migration 0002, which this version does not");
});

it("refuses a database whose search path leads to another schema, unless its URL chooses it", async () => {
  const url = new URL(database.url);
  await database.pool.query("CREATE SCHEMA IF NOT EXISTS other");
  await database.asSuperuser(`ALTER DATABASE ${url.pathname.slice(1)} SET search_path = other`);
  await expect(migrateTo(FIRST)).rejects.toThrow("leads to the schema other");
  url.searchParams.set("options", "-c search_path=other");
  await migrate({ url: url.href, migrations: [FIRST], logger });
  const { rowCount } = await database.pool.query(
    "SELECT FROM pg_tables WHERE schemaname = 'other' AND tablename = 'note'",
  );
  expect(rowCount).toBe(1);
});
