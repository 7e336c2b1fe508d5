import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateTimeScalar,
  JsonScalar,
  SafeIntScalar,
} from "@allfunds/platform/graphql/types";
import { Field, ObjectType } from "type-graphql";
import { LedgerAuthorObject, toAuthor } from "./author.ts";

@RequiresScopes("audit:read")
@ObjectType("LedgerTrailEntry", { description: "One thing that was done in a book, and by whom." })
export class AuditLogEntryObject {
  @Field(() => SafeIntScalar, { description: "Position in the book: 1, 2, 3 … without a gap." })
  position!: number;

  @Field(() => DateTimeScalar, { description: "When the ledger recorded it." })
  recordedAt!: Date;

  @Field(() => String, { description: "What happened, such as TransactionPosted." })
  type!: string;

  @Field(() => JsonScalar, { description: "The facts; amounts are decimal strings." })
  payload!: object;

  @Field(() => LedgerAuthorObject, { description: "Who did it, and from where." })
  by!: LedgerAuthorObject;

  bookId!: string;
}

export const AuditLogEntryConnection = connectionType("LedgerTrailEntry", AuditLogEntryObject);

export interface AuditLogRow {
  readonly book_id: string;
  readonly position: string;
  readonly type: string;
  readonly recorded_at: Date;
  readonly actor: string;
  readonly origin: string | null;
  readonly payload: object;
}

export const toAuditLogEntry = (row: AuditLogRow): AuditLogEntryObject =>
  Object.assign(new AuditLogEntryObject(), {
    position: Number(row.position),
    recordedAt: row.recorded_at,
    type: row.type,
    payload: row.payload,
    by: toAuthor(row.actor, row.origin),
    bookId: row.book_id,
  });
