import { Migration } from "@allfunds/platform/database";

/** Whether everyone in a tenant signs in with two factors; earlier tenants go on by role until they decide. */
export class RequireSecondFactor extends Migration {
  override up(): void {
    this.addSql(
      `ALTER TABLE tenant ADD COLUMN second_factor_for_all boolean NOT NULL DEFAULT false`,
    );
  }
}
