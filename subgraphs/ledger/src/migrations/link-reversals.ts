import { Migration } from "@allfunds/platform/database";

/** Finds the reversals of a transaction. */
export class LinkReversals extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE transaction ADD COLUMN reverses uuid`);
    this.addSql(`CREATE INDEX transaction_by_reversed ON transaction (tenant_id, reverses)
      WHERE reverses IS NOT NULL`);
  }
}
