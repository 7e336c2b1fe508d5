import { Migration } from "@allfunds/platform/database";

/** Access tokens that ended before their time; rows outlive the tokens by minutes only. */
export class CreateRevocations extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE revocation (
      key text PRIMARY KEY,
      before timestamptz NOT NULL,
      expires_at timestamptz NOT NULL
    )`);
    this.addSql(`CREATE INDEX revocation_by_expiry ON revocation (expires_at)`);
  }
}
