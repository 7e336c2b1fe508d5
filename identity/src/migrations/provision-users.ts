import { Migration } from "@allfunds/platform/database";

/** What a directory that provisions users stores and reads of them (SCIM). */
export class ProvisionUsers extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE app_user ADD COLUMN external_id text,
      ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
      ADD COLUMN deprovisioned_at timestamptz`);
    this.addSql(`CREATE INDEX app_user_by_external_id ON app_user (tenant_id, external_id)
      WHERE external_id IS NOT NULL`);
    this.addSql(`CREATE FUNCTION note_user_change() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN NEW.changed_at := now(); RETURN NEW; END'`);
    this.addSql(`CREATE TRIGGER note_user_change BEFORE UPDATE ON app_user
      FOR EACH ROW EXECUTE FUNCTION note_user_change()`);
  }
}
