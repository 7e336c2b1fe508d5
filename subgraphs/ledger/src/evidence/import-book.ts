import { AppError, withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform";
import { BookState, GENESIS } from "../engine/book-state.ts";
import { refusalOfConstraint } from "../engine/constraint-errors.ts";
import { eventOfPayload } from "../engine/event-of-payload.ts";
import { evolve } from "../engine/evolve.ts";
import { lockBook } from "../engine/lock-book.ts";
import type { BookId, RecordedEvent } from "../engine/recorded-event.ts";
import { storeEvents as storeBookEvents } from "../engine/store-events.ts";
import { badFile, parseEvent, parseHeader, type BookFileHeader } from "./book-file.ts";
import type { ChainPlace } from "./fault.ts";
import { hashAt, type StoredEvent } from "./stored-event.ts";
import { verifyWith } from "./verify-book.ts";

const BATCH_EVENTS = 500;

export interface ImportedBook extends BookId {
  readonly head: ChainPlace;
}

/**
 * Brings an exported book into a database that does not have it, with every position and hash as they
 * were: all of it or, when a link of the chain does not hold, none of it.
 */
export async function importBook(pool: Pool, lines: AsyncIterable<string>): Promise<ImportedBook> {
  const reader = lines[Symbol.asyncIterator]();
  const first = await reader.next();
  const header = parseHeader(first.done === true ? "" : first.value);
  const { tenantId, bookId, head } = header;
  const book = { tenantId, bookId };
  try {
    await withTransaction(pool, book, async (client) => {
      const { head: found } = await lockBook(client, book, undefined);
      if (found.position > 0) {
        throw new AppError("ALREADY_EXISTS", `There is a book ${bookId} already.`);
      }
      await storeEvents(client, header, reader);
      // What the database counts at the end of a transaction has to be there to be verified.
      await client.query("SET CONSTRAINTS ALL IMMEDIATE");
      const verified = await verifyWith(client, book, head);
      if (!verified.sound) throw badFile(verified.fault.what);
    });
  } catch (error) {
    throw refusalOfConstraint(error) ?? error;
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
      await storeBatch(client, header, state, batch);
      batch = [];
    }
  }
  if (batch.length > 0) await storeBatch(client, header, state, batch);
  const { position, hash } = state.head;
  if (position !== header.head.position || hash.toString("hex") !== header.head.hash) {
    throw badFile(`it should end at event ${header.head.position}, with the hash its header names`);
  }
}

async function storeBatch(
  client: DatabaseClient,
  { tenantId, bookId }: BookFileHeader,
  state: BookState,
  stored: readonly StoredEvent[],
): Promise<void> {
  const book = { tenantId, bookId };
  const draft = state.fork();
  const events = stored.map((event) => {
    const recorded = toRecorded(book, draft.head, event);
    evolve(draft, recorded.event);
    draft.head = {
      position: recorded.position,
      hash: recorded.hash,
      recordedAt: recorded.recordedAt,
    };
    return recorded;
  });
  await storeBookEvents(client, { book, events, before: state, after: draft });
  draft.copyTo(state);
}

/** The event, once its link to the one before was found to hold. */
function toRecorded(
  book: BookId,
  head: { readonly position: number; readonly hash: Buffer },
  stored: StoredEvent,
): RecordedEvent {
  const position = head.position + 1;
  if (
    stored.position !== position ||
    hashAt(book, head.hash.toString("hex"), position, stored) !== stored.hash
  ) {
    throw badFile(`its chain breaks at event ${position}`);
  }
  const event = eventOfPayload(stored.type, stored.payload);
  if (event === undefined) throw badFile(`event ${position} is of the unknown type ${stored.type}`);
  const { commandKey, requestHash, commandEvents } = stored;
  return {
    event,
    type: stored.type,
    position,
    recordedAt: new Date(stored.recordedAt),
    payload: stored.payload as RecordedEvent["payload"],
    payloadJson: JSON.stringify(stored.payload),
    actor: stored.actor,
    origin: stored.origin,
    command:
      commandKey === null || requestHash === null || commandEvents === null
        ? undefined
        : {
            key: commandKey,
            requestHash: Buffer.from(requestHash, "hex"),
            events: commandEvents,
          },
    hash: Buffer.from(stored.hash, "hex"),
  };
}
