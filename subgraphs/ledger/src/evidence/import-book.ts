import { AppError } from "@allfunds/contract/errors";
import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import { lockBook, PreparedStatements } from "../engine/batched-sql.ts";
import type { BookId, DomainEvent } from "../engine/book.ts";
import { BookState, GENESIS } from "../engine/book-state.ts";
import { evolve } from "../engine/decide.ts";
import { decodeEvent, type RecordedEvent } from "../engine/event-log.ts";
import { storeBatch } from "../engine/postgres-book.ts";
import { hashAt, readHead, type ChainPlace, type StoredEvent } from "../engine/stored-events.ts";
import { verifyWith } from "../engine/verify.ts";
import { MODEL } from "../slices/model.ts";
import { badFile, parseEvent, parseHeader, type BookFileHeader } from "./book-file.ts";

const BATCH_EVENTS = 500;

export interface ImportedBook extends BookId {
  readonly head: ChainPlace;
}

/**
 * Brings an exported book into a database that does not have it, with every position and hash as they
 * were: all of it or, when a link of the chain does not hold or a rule is broken, none of it.
 */
export async function importBook(pool: Pool, lines: AsyncIterable<string>): Promise<ImportedBook> {
  const reader = lines[Symbol.asyncIterator]();
  const first = await reader.next();
  const header = parseHeader(first.done === true ? "" : first.value);
  const { tenantId, bookId, head } = header;
  const book = { tenantId, bookId };
  try {
    await withTransaction(pool, book, async (client) => {
      const statements = new PreparedStatements(client);
      await lockBook(statements, book);
      if ((await readHead(statements, book)) !== undefined) {
        throw new AppError("ALREADY_EXISTS", `There is a book ${bookId} already.`);
      }
      await storeEvents(client, header, reader);
      // What the database counts at the end of a transaction has to be there to be verified.
      await client.query("SET CONSTRAINTS ALL IMMEDIATE");
      const verified = await verifyWith(statements, MODEL, book, { anchor: head });
      if (!verified.sound) throw badFile(verified.fault.what);
    });
  } catch (error) {
    const { constraint } = error as { constraint?: string };
    throw MODEL.constraints.get(constraint ?? "")?.() ?? error;
  }
  return { ...book, head };
}

async function storeEvents(
  client: DatabaseClient,
  header: BookFileHeader,
  reader: AsyncIterator<string>,
): Promise<void> {
  const state = new BookState(GENESIS);
  let lineNumber = 1;
  let batch: StoredEvent[] = [];
  for (let line = await reader.next(); line.done !== true; line = await reader.next()) {
    lineNumber += 1;
    batch.push(parseEvent(line.value, lineNumber));
    if (batch.length === BATCH_EVENTS) {
      await storeEventsOf(client, header, state, batch);
      batch = [];
    }
  }
  if (batch.length > 0) await storeEventsOf(client, header, state, batch);
  const { position, hash } = state.head;
  if (position !== header.head.position || hash !== header.head.hash) {
    throw badFile(`it should end at event ${header.head.position}, with the hash its header names`);
  }
}

async function storeEventsOf(
  client: DatabaseClient,
  { tenantId, bookId }: BookFileHeader,
  state: BookState,
  stored: readonly StoredEvent[],
): Promise<void> {
  const book = { tenantId, bookId };
  const draft = state.fork();
  const events = stored.map((event) => {
    const recorded = toRecorded(book, draft.head, event);
    evolveOrRefuse(draft, recorded);
    draft.head = recorded;
    return recorded;
  });
  await storeBatch(client, MODEL, book, { events, before: state, after: draft });
  draft.settleInto(state, MODEL.kept);
}

function evolveOrRefuse(draft: BookState, recorded: RecordedEvent): void {
  try {
    evolve(MODEL, draft, recorded.event, recorded);
  } catch {
    throw badFile(`event ${recorded.position} follows from nothing before it`);
  }
}

/** The event, once its link to the one before was found to hold. */
function toRecorded(
  book: BookId,
  head: { readonly position: number; readonly hash: string },
  stored: StoredEvent,
): RecordedEvent {
  const position = head.position + 1;
  if (stored.position !== position || hashAt(book, head.hash, position, stored) !== stored.hash) {
    throw badFile(`its chain breaks at event ${position}`);
  }
  const { commandKey, requestHash, commandEvents } = stored;
  return {
    event: decode(stored),
    type: stored.type,
    position,
    recordedAt: new Date(stored.recordedAt),
    payload: stored.payload as object,
    payloadJson: JSON.stringify(stored.payload),
    actor: stored.actor,
    origin: stored.origin,
    command:
      commandKey === null || requestHash === null || commandEvents === null
        ? undefined
        : { key: commandKey, requestHash, events: commandEvents },
    hash: stored.hash,
  };
}

function decode({ position, type, payload }: StoredEvent): DomainEvent {
  let event: DomainEvent | undefined;
  try {
    event = decodeEvent(MODEL, type, payload);
  } catch {
    throw badFile(`event ${position} cannot be read`);
  }
  if (event === undefined) throw badFile(`event ${position} is of the unknown type ${type}`);
  return event;
}
