import { AppError } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import type { ChainPlace, StoredEvent } from "../engine/stored-events.ts";

const FORMAT = "allfunds-book";
const VERSION = 1;

/**
 * A book as a file: newline-delimited JSON, a header with the end of the chain and then every event in
 * order. What an event's hash vouches for is the event with the header's `tenantId` and `bookId`.
 */
export interface BookFileHeader {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly tenantId: string;
  readonly bookId: string;
  readonly head: ChainPlace;
}

export const headerLine = (tenantId: string, bookId: string, head: ChainPlace): string =>
  toLine({ format: FORMAT, version: VERSION, tenantId, bookId, head });

export const toLine = (value: BookFileHeader | StoredEvent): string => `${JSON.stringify(value)}\n`;

export const badFile = (why: string): AppError =>
  new AppError("BOOK_INVALID", `The file is not an exported book: ${why}.`);

export function parseHeader(line: string): BookFileHeader {
  const header = parseObject(line, 1) as Partial<BookFileHeader>;
  const { format, version, tenantId, bookId, head } = header;
  if (format !== FORMAT || version !== VERSION) throw badFile("its first line is no header");
  if (!isId(String(tenantId)) || !isId(String(bookId)) || !isPlace(head)) {
    throw badFile("its header does not name a book and its end");
  }
  return header as BookFileHeader;
}

const isPlace = (place: unknown): place is ChainPlace =>
  typeof place === "object" &&
  place !== null &&
  "position" in place &&
  Number.isSafeInteger(place.position) &&
  "hash" in place &&
  typeof place.hash === "string";

/** Members that an event may lack. */
const OPTIONAL: ReadonlySet<string> = new Set<keyof StoredEvent>(["origin"]);

const MEMBERS: Readonly<Record<keyof StoredEvent, readonly string[]>> = {
  position: ["number"],
  type: ["string"],
  recordedAt: ["string"],
  actor: ["string"],
  origin: ["string"],
  commandKey: ["string", "null"],
  requestHash: ["string", "null"],
  commandEvents: ["number", "null"],
  payload: ["object"],
  hash: ["string"],
};

/** An event of the file; members it should not have are refused, since no hash would vouch for them. */
export function parseEvent(line: string, lineNumber: number): StoredEvent {
  const event = parseObject(line, lineNumber);
  const entries = Object.entries(event);
  const fits = entries.every(([name, value]) => {
    const type = value === null ? "null" : typeof value;
    return Object.hasOwn(MEMBERS, name) && MEMBERS[name as keyof StoredEvent].includes(type);
  });
  const isWhole = Object.keys(MEMBERS).every(
    (name) => Object.hasOwn(event, name) || OPTIONAL.has(name),
  );
  if (!fits || !isWhole) {
    throw badFile(`line ${lineNumber} is no event`);
  }
  return event as StoredEvent;
}

function parseObject(line: string, lineNumber: number): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // The refusal below names the line, which the parser does not count.
  }
  throw badFile(`line ${lineNumber} is no JSON object`);
}
