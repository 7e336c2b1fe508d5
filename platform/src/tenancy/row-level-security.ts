import { GRANT_COLUMN, GRANT_POLICY, GRANT_SETTING } from "@allfunds/contract/caller";

/*
 * The policies of tables with a tenant. A migration that changes what these functions return has to replace
 * the policies of databases that exist.
 */

/** Rows of the tenant in `app.tenant`. As a sub-select the setting is read once per statement, not per row. */
export const TENANT_RULE =
  "tenant_id = (SELECT nullif(current_setting('app.tenant', true), '')::uuid)";

const GRANTED = `nullif(current_setting('${GRANT_SETTING}', true), '')`;

/** Rows of what is granted, by the column with its id: without the setting, or with `*`, every row. */
export const grantRule = (column: string): string =>
  `(SELECT coalesce(${GRANTED}, '*')) = '*'
    OR ${column} = ANY ((SELECT nullif(${GRANTED}, '*')::uuid[])::uuid[])`;

/**
 * Statements that show a table's rows only to their tenant, whatever a query selects; without `app.tenant` there
 * are no rows. FORCE binds the owner too, which is the role a service signs in with.
 */
export const enforceTenancy = (...tables: readonly string[]): string[] =>
  tables.flatMap((table) => [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY tenant_only ON ${table} USING (${TENANT_RULE})`,
  ]);

/**
 * The same for tables that are also read before a tenant is known, such as at a sign-in: without `app.tenant`
 * all rows show, and with it only those of that tenant.
 */
export const narrowToTenant = (...tables: readonly string[]): string[] =>
  tables.flatMap((table) => [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY tenant_only ON ${table} USING (
      (SELECT nullif(current_setting('app.tenant', true), '')) IS NULL OR ${TENANT_RULE})`,
  ]);

/** Statements that narrow what `enforceTenancy` shows to what is granted. */
export const enforceGrants = (...tables: readonly string[]): string[] =>
  tables.map(
    (table) =>
      `CREATE POLICY ${GRANT_POLICY} ON ${table} AS RESTRICTIVE FOR SELECT USING (${grantRule(GRANT_COLUMN)})`,
  );

/** Statements that run over the rows of every tenant of these tables, which the owner sees only meanwhile. */
export const acrossTenants = (
  tables: readonly string[],
  ...statements: readonly string[]
): string[] => [
  ...tables.map((table) => `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`),
  ...statements,
  ...tables.map((table) => `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`),
];
