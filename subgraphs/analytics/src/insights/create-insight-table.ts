import { Migration } from "@allfunds/platform/database";
import type { NamedMigration } from "@allfunds/platform/database";
import { tenantOnly } from "../tenant-table.ts";

class CreateInsightTable extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE insight (
        tenant_id uuid NOT NULL,
        insight_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        transaction_id uuid NOT NULL,
        kind text NOT NULL,
        effective_date date NOT NULL,
        message text NOT NULL,
        score double precision NOT NULL,
        evidence jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, insight_id),
        UNIQUE (tenant_id, transaction_id, kind)
      )`);
    this.addSql("CREATE INDEX insight_newest ON insight (tenant_id, fund_id, insight_id DESC)");
    for (const statement of tenantOnly("insight")) this.addSql(statement);
  }
}

export const insightTable: NamedMigration = {
  name: "analytics-0003-insight",
  class: CreateInsightTable,
};
