import { settleAll } from "@allfunds/platform/settle-all";
import type { Client } from "pg";
import type { TenantTable } from "./tenant-tables.ts";

/** About how many characters travel together. */
const PIECE = 4_000_000;
const FIRST_ROWS = 20;
const MOST_ROWS = 5_000;

/** The two ends of a move, both as roles that see every row and obey no trigger. */
export interface Ends {
  readonly source: Client;
  readonly target: Client;
  readonly tenantId: string;
}

// Rows travel as the text of their type, which every type reads back exactly.
const insertOf = ({ name, columns }: TenantTable): string => `
  INSERT INTO ${name} (${columns.join(", ")}) OVERRIDING SYSTEM VALUE
  SELECT ${columns.map((column) => `(r.v).${column}`).join(", ")}
  FROM (SELECT u::${name} AS v FROM unnest($1::text[]) u OFFSET 0) r`;

/** Copies all rows of a tenant, as they were at one instant, in place of what the target has of it. */
export async function copyAll(ends: Ends, tables: readonly TenantTable[]): Promise<number> {
  const { source, target, tenantId } = ends;
  await source.query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
  try {
    let copied = 0;
    for (const table of tables) {
      await target.query(`DELETE FROM ${table.name} WHERE tenant_id = $1`, [tenantId]);
      copied += await copyTable(ends, table);
    }
    return copied;
  } finally {
    await source.query("ROLLBACK");
  }
}

async function copyTable({ source, target, tenantId }: Ends, table: TenantTable): Promise<number> {
  await source.query(
    `DECLARE moving NO SCROLL CURSOR FOR
     SELECT t::text AS row FROM ${table.name} t WHERE tenant_id = ${source.escapeLiteral(tenantId)}`,
  );
  let [copied, size] = [0, FIRST_ROWS];
  for (;;) {
    const { rows } = await source.query<{ row: string }>(`FETCH ${size} FROM moving`);
    if (rows.length === 0) break;
    await target.query(insertOf(table), [rows.map(({ row }) => row)]);
    copied += rows.length;
    const length = rows.reduce((sum, { row }) => sum + row.length, 0) / rows.length;
    size = Math.max(1, Math.min(MOST_ROWS, Math.floor(PIECE / Math.max(1, length))));
  }
  await source.query("CLOSE moving");
  return copied;
}

const noting = ({ name, key }: TenantTable): string => `
  CREATE OR REPLACE FUNCTION ${notingName(name)}() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO moved_row (tenant, relation, key)
    SELECT c.tenant_id, '${name}', jsonb_build_object(${key
      .map((column) => `'${column.name}', c.${column.name}`)
      .join(", ")})
    FROM changed c WHERE c.tenant_id IN (SELECT tenant FROM tenant_fence);
    RETURN NULL;
  END $$`;

const notingName = (table: string): string => `note_moved_${table.replaceAll(/\W/g, "")}`;

const CHANGES = [
  ["INSERT", "NEW"],
  ["UPDATE", "NEW"],
  ["DELETE", "OLD"],
] as const;

/** Statements that note the keys of what is written of moving tenants from now on. */
export const noteChanges = (table: TenantTable): string[] => [
  noting(table),
  ...CHANGES.map(
    ([change, rows]) => `
      CREATE OR REPLACE TRIGGER note_moved_${change.toLowerCase()} AFTER ${change} ON ${table.name}
      REFERENCING ${rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ${notingName(table.name)}()`,
  ),
];

/** Statements that end it. */
export const noteNoChanges = (table: TenantTable): string[] => [
  ...CHANGES.map(
    ([change]) => `DROP TRIGGER IF EXISTS note_moved_${change.toLowerCase()} ON ${table.name}`,
  ),
  `DROP FUNCTION IF EXISTS ${notingName(table.name)}()`,
];

const joined = ({ key }: TenantTable): string =>
  key.map(({ name, type }) => `t.${name} = (m.key ->> '${name}')::${type}`).join(" AND ");

interface NotedRow {
  readonly id: string;
  readonly relation: string;
  readonly key: object;
}

/** Rows of one table by their keys. */
interface Changed {
  readonly table: TenantTable;
  readonly keys: readonly string[];
}

/**
 * Copies what was written since, as it is now, and returns how many rows those were. All changes that can be seen are
 * taken together, so that the target goes from one state of the source to a later one. Throws when the rows that were
 * copied differ. `further` is done while the source is seen in that state, and the target has it.
 */
export async function copyChanges(
  ends: Ends,
  tables: readonly TenantTable[],
  further?: () => Promise<void>,
): Promise<number> {
  const { source, target, tenantId } = ends;
  await source.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  await target.query("BEGIN");
  try {
    const { rows: noted } = await source.query<NotedRow>(
      "SELECT id, relation, key FROM moved_row WHERE tenant = $1",
      [tenantId],
    );
    const changed = changedIn(tables, noted);
    for (const { table, keys } of changed) {
      await target.query(
        `DELETE FROM ${table.name} t USING unnest($1::jsonb[]) AS m (key) WHERE ${joined(table)}`,
        [keys],
      );
    }
    for (const { table, keys } of changed) await copyKeys(ends, table, keys);
    await target.query("COMMIT");
    refuseDifferent(await compareChanged(ends, changed));
    await further?.();
    await source.query("DELETE FROM moved_row WHERE id = ANY ($1::bigint[])", [
      noted.map(({ id }) => id),
    ]);
    await source.query("COMMIT");
    return noted.length;
  } catch (error) {
    await Promise.allSettled([source.query("ROLLBACK"), target.query("ROLLBACK")]);
    throw error;
  }
}

function changedIn(tables: readonly TenantTable[], noted: readonly NotedRow[]): Changed[] {
  return tables.flatMap((table) => {
    const keys = noted.filter(({ relation }) => relation === table.name).map(({ key }) => key);
    return keys.length === 0
      ? []
      : [{ table, keys: [...new Set(keys.map((key) => JSON.stringify(key)))] }];
  });
}

const KEYS_TOGETHER = 1_000;

async function copyKeys(
  { source, target }: Ends,
  table: TenantTable,
  keys: readonly string[],
): Promise<void> {
  for (let at = 0; at < keys.length; at += KEYS_TOGETHER) {
    const { rows } = await source.query<{ row: string }>(
      `SELECT t::text AS row FROM unnest($1::jsonb[]) AS m (key) JOIN ${table.name} t ON ${joined(table)}`,
      [keys.slice(at, at + KEYS_TOGETHER)],
    );
    if (rows.length > 0) await target.query(insertOf(table), [rows.map(({ row }) => row)]);
  }
}

const COUNT = `SELECT count(*) || ' rows, ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) AS found`;

const countAll = ({ name }: TenantTable): string => `${COUNT} FROM ${name} t WHERE tenant_id = $1`;
const countKeys = (table: TenantTable): string =>
  `${COUNT} FROM unnest($1::jsonb[]) AS m (key) JOIN ${table.name} t ON ${joined(table)}`;

/** Whether source and target have the same of it, by the number of rows and by what is in them. */
async function isSame({ source, target }: Ends, count: string, value: unknown): Promise<boolean> {
  const [here, there] = await settleAll(
    [source, target].map(async (client) => {
      const { rows } = await client.query<{ found: string }>(count, [value]);
      return rows[0]?.found;
    }),
  );
  return here === there;
}

/** Throws when source and target differ in any row of the tenant. */
export async function compareAll(ends: Ends, tables: readonly TenantTable[]): Promise<void> {
  const different: string[] = [];
  for (const table of tables)
    if (!(await isSame(ends, countAll(table), ends.tenantId))) different.push(table.name);
  refuseDifferent(different);
}

function refuseDifferent(tables: readonly string[]): void {
  if (tables.length === 0) return;
  throw new Error(`The copy differs in ${tables.join(", ")}; the tenant stays where it is.`);
}

async function compareChanged(ends: Ends, changed: readonly Changed[]): Promise<string[]> {
  const different = new Set<string>();
  for (const { table, keys } of changed) {
    for (let at = 0; at < keys.length; at += KEYS_TOGETHER) {
      const some = keys.slice(at, at + KEYS_TOGETHER);
      if (!(await isSame(ends, countKeys(table), some))) different.add(table.name);
    }
  }
  return [...different];
}

/** Removes all rows of a tenant. */
export async function removeAll(
  client: Client,
  tenantId: string,
  tables: readonly TenantTable[],
): Promise<number> {
  let removed = 0;
  for (const { name } of tables) {
    const { rowCount } = await client.query(`DELETE FROM ${name} WHERE tenant_id = $1`, [tenantId]);
    removed += rowCount ?? 0;
  }
  return removed;
}
