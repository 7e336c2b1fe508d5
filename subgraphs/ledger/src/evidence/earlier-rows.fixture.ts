import { readFile } from "node:fs/promises";
import { migrate } from "@allfunds/platform/database";
import type { TestDatabase } from "@allfunds/platform/testing";
import { createLedgerDatabase, quiet } from "../ledger-database.fixture.ts";
import { MIGRATIONS } from "../migrations/index.ts";

/** A database with the rows of a version before, whose newest step of the schema is named, and brought up to date. */
export async function openEarlierRows(
  rows: URL,
  newestStep: string,
  ...more: readonly string[]
): Promise<TestDatabase> {
  const database = await createLedgerDatabase(MIGRATIONS.filter(({ name }) => name <= newestStep));
  const lines = (await readFile(rows, "utf8")).trimEnd().split("\n");
  const statements = lines.map((line) => {
    const table = /^\["([a-z_]+)",/.exec(line)?.[1] ?? "";
    const row = line.slice(table.length + 4, -1).replaceAll("'", "''");
    return `INSERT INTO ${table} SELECT * FROM json_populate_record(NULL::${table}, '${row}')`;
  });
  await database.asSuperuser(...statements, ...more);
  await migrate({ url: database.url, migrations: MIGRATIONS, logger: quiet });
  return database;
}
