import { AppError } from "@allfunds/contract/errors";
import { Migration } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import { enforceGrants, enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import type { Statements } from "../../engine/batched-sql.ts";
import type { BookId, EventPlace } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { checkText, Findings } from "../../engine/input-rules.ts";
import { defineSlice, foldsNothing, type Want } from "../../engine/slice.ts";
import type { AppendTable } from "../../engine/table.ts";
import { requireFund } from "../funds/fund.ts";
import { ORIGINAL, ORIGINALS } from "../reversals/reversal.ts";
import type { MediaType } from "./media-type.ts";

/** What is known of a file beside its bytes, which are stored by their hash. */
interface AttachedFile {
  readonly attachmentId: string;
  readonly fundId: string;
  readonly transactionId: string;
  readonly name: string;
  readonly mediaType: MediaType;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly sha256: string;
}

/** The command to attach a file, whose bytes are stored, to a transaction. */
export interface AttachFile extends AttachedFile {
  readonly kind: "AttachFile";
}

/** A file belongs to a transaction. */
export interface FileAttached extends AttachedFile {
  readonly type: "FileAttached";
}

interface Note {
  readonly commentId: string;
  readonly fundId: string;
  readonly transactionId: string;
  readonly text: string;
}

/** The command to comment on a transaction. */
export interface AddComment extends Note {
  readonly kind: "AddComment";
}

/** A user commented on a transaction. */
export interface CommentAdded extends Note {
  readonly type: "CommentAdded";
}

interface OfTransaction {
  readonly fundId: string;
  readonly transactionId: string;
}

const wantTransaction = ({ transactionId }: OfTransaction, want: Want): void => {
  if (isId(transactionId)) want(ORIGINALS, transactionId);
};

function requireTransaction(state: BookState, { fundId, transactionId }: OfTransaction): void {
  requireFund(state, fundId);
  if (state.get(ORIGINAL, transactionId) !== undefined) return;
  throw new AppError(
    "TRANSACTION_NOT_FOUND",
    `There is no transaction ${transactionId.slice(0, 80)}.`,
  );
}

function decideAttach({ kind: _kind, ...file }: AttachFile, state: BookState): [FileAttached] {
  const findings = new Findings();
  checkText(findings, "name", file.name, { min: 1, max: 200 });
  if (/[/\\]/.test(file.name)) findings.add("name", "must not contain slashes");
  findings.refuseIfAny();
  requireTransaction(state, file);
  return [{ type: "FileAttached", ...file }];
}

const MOST_CHARACTERS = 2_000;

function decideComment({ kind: _kind, ...note }: AddComment, state: BookState): [CommentAdded] {
  const findings = new Findings();
  // A comment may have several lines; all else is as in other texts.
  checkText(findings, "text", note.text.replaceAll(/\r?\n/g, " "), {
    min: 1,
    max: MOST_CHARACTERS,
  });
  findings.refuseIfAny();
  requireTransaction(state, note);
  return [{ type: "CommentAdded", ...note }];
}

class KeepAttachments extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE attachment (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      id uuid NOT NULL,
      transaction_id uuid NOT NULL,
      sha256 text NOT NULL,
      CONSTRAINT attachment_pkey PRIMARY KEY (tenant_id, book_id, position)
    )`);
    this.addSql(`CREATE UNIQUE INDEX attachment_id ON attachment (tenant_id, id)`);
    this.addSql(`CREATE INDEX attachment_transaction
      ON attachment (tenant_id, transaction_id, position)`);
    this.addSql(`CREATE TABLE transaction_comment (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      transaction_id uuid NOT NULL,
      CONSTRAINT transaction_comment_pkey PRIMARY KEY (tenant_id, book_id, position)
    )`);
    this.addSql(`CREATE INDEX transaction_comment_transaction
      ON transaction_comment (tenant_id, transaction_id, position)`);
    this.addSql(`CREATE TABLE attachment_content (
      tenant_id uuid NOT NULL,
      fund_id uuid NOT NULL,
      sha256 text NOT NULL,
      content bytea NOT NULL,
      CONSTRAINT attachment_content_pkey PRIMARY KEY (tenant_id, fund_id, sha256)
    )`);
    this.addSql(`ALTER TABLE attachment_content ALTER COLUMN content SET STORAGE EXTERNAL`);
    this.addSql(`COMMENT ON TABLE attachment_content IS
      'Bytes of attached files, outside of the chain of events, which has their hash'`);
    this.addSql(...enforceTenancy("attachment", "transaction_comment", "attachment_content"));
    this.addSql(...enforceGrants("attachment_content"));
    for (const table of ["attachment", "transaction_comment"]) {
      this.addSql(`CREATE POLICY granted_funds ON ${table} AS RESTRICTIVE FOR SELECT USING (
        ${grantRule("book_id")})`);
    }
    for (const table of ["attachment", "transaction_comment", "attachment_content"]) {
      this.addSql(`REVOKE ALL ON ${table} FROM PUBLIC, CURRENT_USER`);
      this.addSql(`GRANT SELECT, INSERT ON ${table} TO CURRENT_USER`);
    }
  }
}

const ATTACHMENT: AppendTable = {
  name: "attachment",
  order: "position",
  columns: [
    { name: "position", type: "bigint" },
    { name: "id", type: "uuid" },
    { name: "transaction_id", type: "uuid" },
    { name: "sha256", type: "text" },
  ],
  rowsOf: {
    FileAttached: (
      { attachmentId, transactionId, sha256 }: FileAttached,
      { position }: EventPlace,
    ) => [[position, attachmentId, transactionId, sha256]],
  },
};

const COMMENT: AppendTable = {
  name: "transaction_comment",
  order: "position",
  columns: [
    { name: "position", type: "bigint" },
    { name: "transaction_id", type: "uuid" },
  ],
  rowsOf: {
    CommentAdded: ({ transactionId }: CommentAdded, { position }: EventPlace) => [
      [position, transactionId],
    ],
  },
};

const FIND_CHANGED = `
  SELECT a.id FROM attachment a
  JOIN attachment_content c
    ON c.tenant_id = a.tenant_id AND c.fund_id = a.book_id AND c.sha256 = a.sha256
  WHERE a.tenant_id = $1 AND a.book_id = $2 AND encode(sha256(c.content), 'hex') <> a.sha256 LIMIT 1`;

/**
 * The bytes of an attached file are those that its event has the hash of. A book that was imported from an export
 * has no bytes: exports leave them out.
 */
async function compareContents(
  statements: Statements,
  { tenantId, bookId }: BookId,
): Promise<string | undefined> {
  const { rows } = await statements.query<{ id: string }>(FIND_CHANGED, [tenantId, bookId]);
  const [changed] = rows;
  return changed && `the bytes of attachment ${changed.id} are not those of its hash`;
}

export const ATTACHMENTS = defineSlice<AttachFile | AddComment, FileAttached | CommentAdded>({
  name: "attachments",
  appends: [ATTACHMENT, COMMENT],
  migrations: [{ name: "0122-attachments", class: KeepAttachments }],
  commands: {
    AttachFile: { needs: wantTransaction, decide: decideAttach },
    AddComment: { needs: wantTransaction, decide: decideComment },
  },
  events: {
    FileAttached: {
      codec: codecOf<FileAttached>("FileAttached"),
      evolve: foldsNothing,
      needs: wantTransaction,
      check: requireTransaction,
    },
    CommentAdded: {
      codec: codecOf<CommentAdded>("CommentAdded"),
      evolve: foldsNothing,
      needs: wantTransaction,
      check: requireTransaction,
    },
  },
  compare: compareContents,
  constraints: {
    attachment_id: () =>
      new AppError("ALREADY_EXISTS", "An attachment with this id exists already."),
  },
});
