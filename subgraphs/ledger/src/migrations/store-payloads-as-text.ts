import { Migration } from "@allfunds/platform/database";

/**
 * Payloads stay the text that was hashed. Nothing searches inside them, and taking them apart cost more
 * than anything else in storing an event.
 */
export class StorePayloadsAsText extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE event ALTER COLUMN payload TYPE json USING payload::json`);
  }
}
