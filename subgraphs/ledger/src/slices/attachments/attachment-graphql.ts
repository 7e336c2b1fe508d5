import { createHash } from "node:crypto";
import { invalidInput } from "@allfunds/contract/errors";
import type { CommentAdded, FileAttached } from "@allfunds/contract/events";
import type { TransactionPool } from "@allfunds/platform/database";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateTimeScalar,
  decodeCursor,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { ActorObject, REPLAYED, toActor } from "../../graph/shared-types.ts";
import { TransactionObject } from "../transactions/transaction-object.ts";
import { requireTransaction } from "../transactions/transaction-sql.ts";
import type { AddComment, AttachFile } from "./attachment.ts";
import {
  keepContent,
  readAttachment,
  readAttachments,
  readComments,
  readContent,
  type AttachmentRow,
  type CommentRow,
} from "./attachment-sql.ts";
import { sniffMediaType } from "./media-type.ts";

@RequiresScopes("ledger:read")
@ObjectType("Attachment", {
  description: "A file that belongs to a transaction. It never changes.",
})
export class AttachmentObject {
  @Field(() => ID, { description: "UUID of the attachment." })
  id!: string;

  @Field(() => String, { description: "Name of the file." })
  name!: string;

  @Field(() => String, {
    description: "Type by its content: PDF, PNG, JPEG, XLSX, XML, CSV or plain text.",
  })
  mediaType!: string;

  @Field(() => Int, { description: "Bytes." })
  size!: number;

  @Field(() => String, { description: "SHA-256 of the bytes, in hexadecimal." })
  sha256!: string;

  @Field(() => DateTimeScalar, { description: "When it was attached." })
  attachedAt!: Date;

  @Field(() => ActorObject, { nullable: true, description: "Who attached it." })
  attachedBy!: ActorObject;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  transactionId!: string;
  file!: AttachmentRow["payload"];
  position!: number;
}

@RequiresScopes("ledger:read")
@ObjectType("TransactionComment", { description: "What a user remarked on a transaction." })
export class CommentObject {
  @Field(() => ID, { description: "UUID of the comment." })
  id!: string;

  @Field(() => String, { description: "1 to 2,000 characters." })
  text!: string;

  @Field(() => DateTimeScalar, { description: "When." })
  commentedAt!: Date;

  @Field(() => ActorObject, { nullable: true, description: "Who." })
  commentedBy!: ActorObject;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  position!: number;
}

const AttachmentConnection = connectionType("Attachment", AttachmentObject);
const CommentConnection = connectionType("TransactionComment", CommentObject);

@InputType({ description: "A file to attach to a transaction." })
class AttachFileInput {
  @Field(() => ID, { description: "The transaction." })
  transactionId!: string;

  @Field(() => String, {
    description: "1 to 200 characters without slashes; its ending agrees with the content.",
  })
  name!: string;

  @Field(() => String, { description: "The bytes in Base64, at most 1,400,000 bytes." })
  contentBase64!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key attach once." })
  idempotencyKey?: string | null;
}

@InputType({ description: "A comment on a transaction." })
class AddCommentInput {
  @Field(() => ID, { description: "The transaction." })
  transactionId!: string;

  @Field(() => String, { description: "1 to 2,000 characters." })
  text!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key say it once." })
  idempotencyKey?: string | null;
}

/** So that a request of the gateway holds it in Base64. */
const MOST_BYTES = 1_400_000;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function toContent(base64: string): Buffer {
  if (base64.length > (MOST_BYTES * 4) / 3 + 4) {
    throw invalidInput("contentBase64", `must be at most ${MOST_BYTES} bytes`);
  }
  if (base64 === "" || !BASE64.test(base64)) {
    throw invalidInput("contentBase64", "must be Base64 of at least one byte");
  }
  const content = Buffer.from(base64, "base64");
  if (content.length > MOST_BYTES) {
    throw invalidInput("contentBase64", `must be at most ${MOST_BYTES} bytes`);
  }
  return content;
}

function toAttachment(row: AttachmentRow, replayed = false): AttachmentObject {
  const { attachmentId: id, name, mediaType, size, sha256, transactionId } = row.payload;
  return Object.assign(new AttachmentObject(), {
    id,
    name,
    mediaType,
    size,
    sha256,
    transactionId,
    attachedAt: row.recordedAt,
    attachedBy: toActor(row.actor),
    replayed,
    file: row.payload,
    position: Number(row.position),
  });
}

const toComment = (row: CommentRow, replayed = false): CommentObject =>
  Object.assign(new CommentObject(), {
    id: row.payload.commentId,
    text: row.payload.text,
    commentedAt: row.recordedAt,
    commentedBy: toActor(row.actor),
    replayed,
    position: Number(row.position),
  });

/** The position behind which a page begins. */
function behindOf(after: string | null | undefined): number {
  const [behind] = typeof after === "string" ? decodeCursor(after, 1) : [0];
  if (!Number.isSafeInteger(behind)) throw invalidInput("after", "is not a cursor of this list");
  return Number(behind);
}

const cursorOf = ({ position }: { readonly position: number }): string => encodeCursor([position]);

@Resolver(() => AttachmentObject)
export class AttachmentResolver {
  readonly #books: CommandPort<AttachFile | AddComment>;
  readonly #writes: TransactionPool;

  constructor(parts: {
    readonly books: CommandPort<AttachFile | AddComment>;
    uploads: TransactionPool;
  }) {
    this.#books = parts.books;
    this.#writes = parts.uploads;
  }

  @RequiresScopes("ledger:read")
  @Query(() => AttachmentObject, {
    nullable: true,
    description: "One attachment, null when there is none.",
  })
  async attachment(
    @Arg("id", () => ID) id: string,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<AttachmentObject | null> {
    const row = await readAttachment(stores.pool, request.tenantId, id);
    return row === undefined ? null : toAttachment(row);
  }

  @FieldResolver(() => TransactionObject, { description: "The transaction that it belongs to." })
  transaction(
    @Root() { transactionId }: AttachmentObject,
    @Ctx() context: LedgerContext,
  ): Promise<TransactionObject> {
    return requireTransaction(context, transactionId);
  }

  @FieldResolver(() => String, {
    description: "The bytes in Base64. `GET /api/v1/attachments/{id}` gives the file itself.",
  })
  contentBase64(
    @Root() { file }: AttachmentObject,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<string> {
    return readContent(stores.pool, request.tenantId, file);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => AttachmentObject, {
    description:
      "Attaches a file of up to 1,400,000 bytes to a transaction: PDF, PNG, JPEG, XLSX without macros, XML, CSV or plain text, by its content. The book keeps its hash.",
  })
  async attachFile(
    @Arg("input", () => AttachFileInput) input: AttachFileInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AttachmentObject> {
    const { transactionId, name } = input;
    const { request } = context;
    const content = toContent(input.contentBase64);
    const mediaType = sniffMediaType(name, content);
    const { fundId } = await requireTransaction(context, transactionId);
    const sha256 = createHash("sha256").update(content).digest("hex");
    const file = { fundId, transactionId, name, mediaType, size: content.length, sha256 };
    await keepContent(this.#writes, request.tenantId, file, content);
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "AttachFile", attachmentId: newId(), ...file },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { transactionId, name, sha256 },
    });
    const { attachmentId } = requireEvent(events, "FileAttached").payload as FileAttached;
    const row = await readAttachment(context.stores.pool, request.tenantId, attachmentId);
    if (row === undefined) throw new Error(`attachment ${attachmentId} was not stored`);
    return toAttachment(row, replayed);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => CommentObject, { description: "Comments on a transaction; a comment stays." })
  async addComment(
    @Arg("input", () => AddCommentInput) { transactionId, text, ...input }: AddCommentInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CommentObject> {
    const { request } = context;
    const { fundId } = await requireTransaction(context, transactionId);
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "AddComment", commentId: newId(), fundId, transactionId, text },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { transactionId, text },
    });
    const { position, recordedAt, ...event } = requireEvent(events, "CommentAdded");
    const payload = event.payload as CommentAdded;
    // A repeat within the caller's own key is of the same actor.
    const row = { position: String(position), recordedAt, actor: request.actor, payload };
    return toComment(row, replayed);
  }
}

/** What belongs to a transaction, though it is of this slice. */
@Resolver(() => TransactionObject)
export class TransactionAttachmentsResolver {
  @FieldResolver(() => AttachmentConnection, { description: "Its files, oldest first." })
  async attachments(
    @Root() { id }: TransactionObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<AttachmentObject>> {
    const page = toPage(args);
    const part = { behind: behindOf(page.after), limit: page.first + 1 };
    const rows = await readAttachments(stores.pool, request.tenantId, id, part);
    return toConnection(
      rows.map((row) => toAttachment(row)),
      { ...page, cursorOf },
    );
  }

  @FieldResolver(() => CommentConnection, { description: "Comments on it, oldest first." })
  async comments(
    @Root() { id }: TransactionObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<CommentObject>> {
    const page = toPage(args);
    const part = { behind: behindOf(page.after), limit: page.first + 1 };
    const rows = await readComments(stores.pool, request.tenantId, id, part);
    return toConnection(
      rows.map((row) => toComment(row)),
      { ...page, cursorOf },
    );
  }
}
