import { Migration } from "@allfunds/platform/database";
import { enforceTenancy } from "@allfunds/platform/tenancy";

export class CreateSecurities extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE security (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      line integer NOT NULL,
      batch_id uuid NOT NULL,
      id uuid NOT NULL,
      isin text NOT NULL,
      description text NOT NULL,
      CONSTRAINT security_pkey PRIMARY KEY (tenant_id, book_id, position, line)
    )`);
    this.addSql(`COMMENT ON COLUMN security.description IS 'Canonical JSON, whole'`);
    this.addSql(`CREATE INDEX security_newest
      ON security (tenant_id, isin, position DESC, line DESC)`);
    this.addSql(
      `CREATE INDEX security_by_id ON security (tenant_id, id, position DESC, line DESC)`,
    );
    this.addSql(...enforceTenancy("security"));
    this.addSql(`REVOKE ALL ON security FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT ON security TO CURRENT_USER`);
  }
}
