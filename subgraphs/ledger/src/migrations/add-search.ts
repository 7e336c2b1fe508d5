import { Migration } from "@allfunds/platform/database";

/**
 * What finds transactions: a word, a reference, an amount or a fact of their metadata. Terms are compared
 * as bytes, because beneath row-level security only such comparisons may use an index.
 */
export class AddSearch extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE search_term (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      generation integer NOT NULL,
      kind text COLLATE "C" NOT NULL,
      term text COLLATE "C" NOT NULL,
      position bigint NOT NULL,
      CONSTRAINT search_term_pkey
        PRIMARY KEY (tenant_id, book_id, generation, kind, term, position)
    )`);
    this.addSql(`SELECT enforce_tenancy()`);
  }
}
