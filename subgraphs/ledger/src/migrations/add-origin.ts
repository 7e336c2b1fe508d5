import { Migration } from "@allfunds/platform/database";

/** Beside who gave a command, where it came from; events from before have none, and hash without it. */
export class AddOrigin extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE event ADD COLUMN origin text`);
    this.addSql(`COMMENT ON COLUMN event.origin IS 'Client, acr, factors, address and trace id'`);
  }
}
