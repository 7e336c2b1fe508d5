import { Migration } from "@allfunds/platform/database";

/** The version of the REST API that each client was registered with; earlier clients have the newest of that time. */
export class PinApiVersions extends Migration {
  override up(): void {
    for (const table of ["api_client", "application"]) {
      this.addSql(`ALTER TABLE ${table} ADD COLUMN api_version text NOT NULL DEFAULT '2026-11-29'`);
    }
  }
}
