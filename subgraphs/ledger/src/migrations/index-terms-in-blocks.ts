import { Migration } from "@allfunds/platform/database";
import { acrossTenants, enforceTenancy, grantRule } from "@allfunds/platform/tenancy";

/**
 * An inverted index of each book in blocks of positions, newest last. A row has the places of one term within
 * a block, as many as one step of the projection took in: a frequent term costs a row for each step and not
 * for each transaction, and a reader takes block by block only as many as its page needs. Terms are compared
 * as bytes, because beneath row-level security only such comparisons may use an index.
 */
export class IndexTermsInBlocks extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE term_block (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      generation integer NOT NULL,
      block integer NOT NULL,
      kind text COLLATE "C" NOT NULL,
      term text COLLATE "C" NOT NULL,
      first smallint NOT NULL,
      places bytea NOT NULL,
      CONSTRAINT term_block_pkey
        PRIMARY KEY (tenant_id, book_id, generation, block, kind, term, first)
    )`);
    this.addSql(`COMMENT ON COLUMN term_block.places IS
      'Places within the block, each two bytes, least significant first'`);
    this.addSql(...enforceTenancy("term_block"));
    this.addSql(`CREATE POLICY granted_funds ON term_block AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON term_block FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, DELETE ON term_block TO CURRENT_USER`);
    this.addSql(`DROP TABLE search_term`);
    this.addSql(...acrossTenants(["projection"], `DELETE FROM projection WHERE name = 'search'`));
  }
}
