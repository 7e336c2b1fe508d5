import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedgerDatabase } from "../ledger-database.fixture.ts";
import { MODEL } from "../slices/model.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createLedgerDatabase();
});
afterAll(() => database.drop());

async function rightsOf(table: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ may: string }>(
    `SELECT privilege_type AS may FROM information_schema.table_privileges
     WHERE table_schema = 'public' AND table_name = $1 AND grantee = current_user ORDER BY 1`,
    [table],
  );
  return rows.map(({ may }) => may);
}

async function updatable(table: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1
       AND has_column_privilege(format('public.%I', table_name), column_name, 'UPDATE') ORDER BY 1`,
    [table],
  );
  return rows.map(({ name }) => name);
}

test.each(MODEL.tables)(
  "of $name the service may update only what its statements change",
  async (table) => {
    expect(await rightsOf(table.name)).toEqual(["INSERT", "SELECT"]);
    const changing = table.columns.filter(({ fixed }) => fixed !== true).map(({ name }) => name);
    expect(await updatable(table.name)).toEqual(changing.sort());
  },
);

test.each([...MODEL.appends, { name: "event" }])(
  "of $name the service may add rows and read them",
  async ({ name }) => {
    expect(await rightsOf(name)).toEqual(["INSERT", "SELECT"]);
    // An import of an earlier version is given its place in the log.
    expect(await updatable(name)).toEqual(name === "statement_import" ? ["position"] : []);
  },
);

test("no row of the books can be deleted, whatever statement the service sends", async () => {
  const tables = [...MODEL.tables, ...MODEL.appends, { name: "event" }, { name: "book" }];
  for (const { name } of tables) {
    await expect(database.pool.query(`DELETE FROM ${name}`)).rejects.toMatchObject({
      code: "42501",
    });
    await expect(database.pool.query(`TRUNCATE ${name}`)).rejects.toMatchObject({ code: "42501" });
  }
});
