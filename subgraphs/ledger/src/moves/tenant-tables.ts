import { settleAll } from "@allfunds/platform/settle-all";
import type { Client } from "pg";

/** A table with rows of tenants. Generated columns follow from the others and are left out. */
export interface TenantTable {
  /** As SQL names it. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly KeyColumn[];
}

interface KeyColumn {
  readonly name: string;
  readonly type: string;
}

// The feed's one order belongs to the database; of it a tenant takes copies along.
const READ_TABLES = `
  SELECT c.oid::regclass::text AS name,
    (SELECT array_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_attribute a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
    (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
                     ORDER BY k.nth)
     FROM pg_index i
     CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, nth)
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
     WHERE i.indrelid = c.oid AND i.indisprimary) AS key
  FROM pg_class c
  JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = current_schema::regnamespace
    AND c.relname NOT IN ('feed', 'feed_book')
  ORDER BY 1`;

/** The tables whose rows move with their tenant. Each has a primary key, by which changed rows are found. */
export async function readTenantTables(client: Client): Promise<TenantTable[]> {
  const { rows } = await client.query<Omit<TenantTable, "key"> & { key: KeyColumn[] | null }>(
    READ_TABLES,
  );
  return rows.map(({ name, columns, key }) => {
    if (key === null) throw new Error(`${name} has no primary key, so its rows cannot be moved`);
    return { name, columns, key };
  });
}

const READ_MIGRATIONS = `SELECT name FROM mikro_orm_migrations ORDER BY name`;

/** Throws unless two databases have the same schema. */
export async function refuseOtherSchema(source: Client, target: Client): Promise<void> {
  const [here, there] = await settleAll(
    [source, target].map(async (client) =>
      (await client.query<{ name: string }>(READ_MIGRATIONS)).rows.map(({ name }) => name).join(),
    ),
  );
  if (here !== there) {
    throw new Error("The databases have different schemas. Start the ledger once with both.");
  }
}
