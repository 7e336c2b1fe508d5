import { Migration } from "@allfunds/platform/database";

/**
 * Takes the right to rewrite the books from the service's own role, beneath the triggers that refuse it
 * to everybody else. What an owner gave up it could take back, but only by a statement that says so.
 */
export class RevokeRewriting extends Migration {
  override up(): void {
    this.addSql(`REVOKE UPDATE, DELETE, TRUNCATE ON event, entry FROM PUBLIC, CURRENT_USER`);
  }
}
