import { Migration } from "@allfunds/platform/database";

/** Applications on devices without a browser (RFC 8628), and the codes that their users type elsewhere. */
export class AllowDevices extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE application ADD COLUMN devices boolean NOT NULL DEFAULT false`);
    this.addSql(`ALTER TABLE protocol_record ADD COLUMN user_code_hash bytea`);
    this.addSql(`CREATE UNIQUE INDEX protocol_record_by_user_code
      ON protocol_record (kind, user_code_hash) WHERE user_code_hash IS NOT NULL`);
  }
}
