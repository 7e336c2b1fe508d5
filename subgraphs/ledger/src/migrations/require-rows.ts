import { Migration } from "@allfunds/platform/database";

/** Lets a statement fail that did not find what it should, so that no answer is needed before the commit. */
export class RequireRows extends Migration {
  override up(): void {
    this.addSql(`CREATE FUNCTION require_rows(counted bigint, wanted bigint, rule text)
      RETURNS boolean LANGUAGE plpgsql AS $$
      BEGIN
        IF counted <> wanted THEN
          RAISE EXCEPTION '%: % rows should have been found, % were', rule, wanted, counted
            USING ERRCODE = 'serialization_failure', CONSTRAINT = rule;
        END IF;
        RETURN true;
      END $$`);
  }
}
