import { Migration } from "@allfunds/platform/database";
import {
  acrossTenants,
  enforceGrants,
  enforceTenancy,
  grantRule,
} from "@allfunds/platform/tenancy";

export class CountPossibleDuplicates extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE statement_import ADD COLUMN possible_duplicates integer`);
    this.addSql(`COMMENT ON COLUMN statement_import.possible_duplicates IS
      'Lines left out because they may be in the book in another form'`);
    this.addSql(
      ...acrossTenants(
        ["statement_import"],
        `GRANT UPDATE (possible_duplicates) ON statement_import TO CURRENT_USER`,
        `UPDATE statement_import SET possible_duplicates = lines - posted - proposed - duplicates`,
        `REVOKE UPDATE (possible_duplicates) ON statement_import FROM CURRENT_USER`,
      ),
    );
    this.addSql(`ALTER TABLE statement_import ALTER COLUMN possible_duplicates SET NOT NULL`);
  }
}

export class FindStatementEvents extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE statement_event (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      import_id uuid NOT NULL,
      type text NOT NULL,
      file_hash text,
      first_line integer,
      line_count integer,
      possible_duplicates integer,
      CONSTRAINT statement_event_pkey PRIMARY KEY (tenant_id, book_id, position)
    )`);
    this.addSql(
      `CREATE INDEX statement_event_by_line ON statement_event (tenant_id, import_id, type, first_line)`,
    );
    this.addSql(`CREATE INDEX statement_event_by_file ON statement_event (tenant_id, file_hash)
      WHERE file_hash IS NOT NULL`);
    this.addSql(
      `CREATE INDEX statement_import_newest ON statement_import (tenant_id, account_id, position)`,
    );
    this.addSql(...enforceTenancy("statement_event"));
    this.addSql(`CREATE POLICY granted_funds ON statement_event AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON statement_event FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT ON statement_event TO CURRENT_USER`);
  }
}

export class UploadStatements extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE statement_upload (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      fund_id uuid NOT NULL,
      request jsonb NOT NULL,
      requested_by text NOT NULL,
      bytes bigint NOT NULL DEFAULT 0,
      is_finished boolean NOT NULL DEFAULT false,
      job_id uuid,
      started_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT statement_upload_pkey PRIMARY KEY (tenant_id, id)
    )`);
    this.addSql(`CREATE TABLE statement_upload_chunk (
      tenant_id uuid NOT NULL,
      upload_id uuid NOT NULL,
      start bigint NOT NULL,
      content bytea NOT NULL,
      CONSTRAINT statement_upload_chunk_pkey PRIMARY KEY (tenant_id, upload_id, start),
      CONSTRAINT statement_upload_chunk_upload FOREIGN KEY (tenant_id, upload_id)
        REFERENCES statement_upload ON DELETE CASCADE
    )`);
    this.addSql(`ALTER TABLE statement_upload_chunk ALTER COLUMN content SET STORAGE EXTERNAL`);
    this.addSql(...enforceTenancy("statement_upload", "statement_upload_chunk"));
    this.addSql(...enforceGrants("statement_upload"));
    // The rule of the upload applies within.
    this.addSql(`CREATE POLICY granted_funds ON statement_upload_chunk AS RESTRICTIVE FOR SELECT USING (
      EXISTS (SELECT FROM statement_upload u
        WHERE u.tenant_id = statement_upload_chunk.tenant_id AND u.id = upload_id))`);
    for (const table of ["statement_upload", "statement_upload_chunk"])
      this.addSql(`REVOKE ALL ON ${table} FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, DELETE, UPDATE (bytes, is_finished, job_id)
      ON statement_upload TO CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, DELETE ON statement_upload_chunk TO CURRENT_USER`);
  }
}

export class KeepUploadOrigins extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE statement_upload ADD COLUMN origin text`);
    this.addSql(`COMMENT ON COLUMN statement_upload.origin IS
      'Where the request came from that finished it, as events keep it'`);
    this.addSql(`GRANT UPDATE (origin) ON statement_upload TO CURRENT_USER`);
  }
}
