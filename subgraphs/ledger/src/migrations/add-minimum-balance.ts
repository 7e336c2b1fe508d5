import { Migration } from "@allfunds/platform/database";

const MINOR = "numeric(39, 0)";

/** Accounts may have a minimum balance; the database enforces it too, whatever the code above decides. */
export class AddMinimumBalance extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE account
      ADD COLUMN minimum_balance ${MINOR},
      ADD COLUMN held ${MINOR} NOT NULL DEFAULT 0
        CONSTRAINT account_held_not_negative CHECK (held >= 0),
      ADD CONSTRAINT account_above_minimum
        CHECK (minimum_balance IS NULL OR balance - held >= minimum_balance)`);
    this.addSql(`COMMENT ON COLUMN account.minimum_balance IS
      'Minor units on the normal side below which balance less holds may not fall; null for no limit'`);
    this.addSql(`COMMENT ON COLUMN account.held IS 'Minor units reserved by active holds'`);
  }
}
