/**
 * Lets a table be seen only by its tenant, whatever the code above asks for. FORCE makes the rule
 * hold for the owner too, which is the role the service signs in with.
 */
export function tenantOnly(table: string): string[] {
  const tenant = "nullif(current_setting('app.tenant', true), '')::uuid";
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY tenant_only ON ${table} USING (tenant_id = ${tenant})`,
  ];
}
