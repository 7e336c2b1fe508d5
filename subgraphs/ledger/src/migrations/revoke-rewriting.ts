import { Migration } from "@allfunds/platform/database";

/**
 * Takes the right to rewrite the books from the service's own role, beneath the triggers that refuse it
 * to all other roles. What an owner gave up it could take back, but only by an explicit statement.
 */
export class RevokeRewriting extends Migration {
  override up(): void {
    this.addSql(`REVOKE UPDATE, DELETE, TRUNCATE ON event, entry FROM PUBLIC, CURRENT_USER`);
  }
}
