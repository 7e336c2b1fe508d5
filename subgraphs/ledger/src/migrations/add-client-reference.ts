import { Migration } from "@allfunds/platform/database";

/** References that clients give are unique in a book; those of banks stay what they are. */
export class AddClientReference extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE transaction ADD COLUMN client_reference text`);
    // Where a reference was used twice before it had to be unique, the first use keeps it.
    this.addSql(`UPDATE transaction t SET client_reference = first.reference
      FROM (
        SELECT DISTINCT ON (tenant_id, book_id, payload ->> 'reference')
          tenant_id, book_id, position, payload ->> 'reference' AS reference
        FROM event
        WHERE type = 'TransactionPosted' AND payload #>> '{source,kind}' <> 'STATEMENT'
          AND payload ->> 'reference' IS NOT NULL
        ORDER BY tenant_id, book_id, payload ->> 'reference', position
      ) first
      WHERE t.tenant_id = first.tenant_id AND t.book_id = first.book_id
        AND t.position = first.position`);
    this.addSql(`CREATE UNIQUE INDEX transaction_reference_unique
      ON transaction (tenant_id, book_id, client_reference) WHERE client_reference IS NOT NULL`);
  }
}
