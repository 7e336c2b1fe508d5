import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addTenant, addUser, openService, type RunningService } from "../service.fixture.ts";

let service: RunningService;
let otherTenant: string;

beforeAll(async () => {
  service = await openService();
  otherTenant = await addTenant(service);
  await addUser(service, "admin", { fundIds: [newId()] });
  await addUser(service, "admin", { tenantId: otherTenant, fundIds: [newId()] });
});
afterAll(() => service.close());

test("every table with a tenant forces its rule on the owner, too", async () => {
  const { rows } = await service.parts.pool.query<{ table: string; ruled: boolean }>(
    `SELECT c.relname AS table, c.relrowsecurity AND c.relforcerowsecurity AS ruled FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const tables = [
    "administrator_change",
    "api_client",
    "app_user",
    "application",
    "application_consent",
    "assistant_access",
    "audit_event",
    "fund_grant",
    "tenant",
  ];
  expect(rows).toEqual(tables.map((table) => ({ table, ruled: true })));
});

const tenantsIn = (table: string, scope?: { readonly tenantId: string }): Promise<string[]> =>
  withTransaction(service.parts.pool, scope, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `SELECT DISTINCT tenant_id::text AS id FROM ${table} ORDER BY 1`,
    );
    return rows.map(({ id }) => id);
  });

test.each(["tenant", "app_user", "fund_grant"])(
  "a query of %s without a condition sees one tenant's rows, and all before a tenant is known",
  async (table) => {
    expect(await tenantsIn(table, { tenantId: otherTenant })).toEqual([otherTenant]);
    expect(await tenantsIn(table, { tenantId: newId() })).toEqual([]);
    expect(await tenantsIn(table)).toEqual([DEMO_TENANT_ID, otherTenant].sort());
  },
);

test("administration can write no row for another tenant", async () => {
  const write = withTransaction(service.parts.pool, { tenantId: DEMO_TENANT_ID }, (client) =>
    client.query(
      `INSERT INTO api_client (tenant_id, client_id, name, scopes, created_by)
       VALUES ($1, 'theirs', 'Theirs', '{}', 'test')`,
      [otherTenant],
    ),
  );
  await expect(write).rejects.toMatchObject({ code: "42501" });
});
