import { hash as sha256 } from "node:crypto";
import type { BookId, Command, DomainEvent, PublishedEvent, Requester } from "./book.ts";
import type { BookHead } from "./book-state.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { Model } from "./slice.ts";
import type { UnchangedSince } from "./unchanged.ts";

/** A command as it reaches its book: by whom, when, and under which promise of sameness. */
export interface Envelope extends Requester {
  readonly command: Command;
  /** Where it came from, as `originOf` spells it. */
  readonly origin?: string | undefined;
  readonly now: Date;
  /** UUID that stands for the client's idempotency key, unique in the book; undefined when it gave none. */
  readonly key: string | undefined;
  /** True when the client chose the id of what the command makes, so that it may be taken already. */
  readonly clientChoseId: boolean;
  /** Hexadecimal SHA-256 of what the client requested under its key; another hash with the same key is a conflict. */
  readonly requestHash: string | undefined;
  /** Without it the command is refused, unless it repeats one that was carried out. */
  readonly unchanged?: UnchangedSince | undefined;
}

/** An event with its place in its book's chain, ready to be stored. */
export interface RecordedEvent extends PublishedEvent {
  readonly event: DomainEvent;
  /** The payload as JSON text. */
  readonly payloadJson: string;
  readonly actor: string;
  /** Where it came from, as `originOf` spells it. */
  readonly origin: string | undefined;
  /** On the first event of a command that came with a client's key. */
  readonly command: CommandMark | undefined;
  /** Hexadecimal: as bytes, each hash would be a buffer of its own, which costs more than the hash. */
  readonly hash: string;
}

/** Lets a repeat of a command find its first answer. */
interface CommandMark {
  readonly key: string;
  readonly requestHash: string;
  /** How many events the command led to. */
  readonly events: number;
}

/** What a hash vouches for beside the payload; the order of members does not matter, their names and spelling do. */
export interface ChainedContent extends BookId {
  readonly position: number;
  readonly type: string;
  readonly recordedAt: string;
  readonly actor: string;
  /** Absent from events that were recorded without one, and then from their hash. */
  readonly origin?: string | undefined;
  readonly commandKey: string | null;
  readonly requestHash: string | null;
  readonly commandEvents: number | null;
}

/** Hash of an event: SHA-256 over the hash before it and the event's canonical content, its payload as JSON. */
export const chainHash = (previous: string, content: ChainedContent, payloadJson: string): string =>
  sha256("sha256", chainedBytes(previous, content, payloadJson), "hex");

// Events are hashed one after the other, so they can share the buffer their content is written into.
let scratch = Buffer.alloc(16_384);

function chainedBytes(previous: string, content: ChainedContent, payloadJson: string): Buffer {
  const [opening, closing] = aroundPayload(content);
  // UTF-8 needs at most three bytes for a UTF-16 unit.
  const mostBytes = previous.length + (opening.length + payloadJson.length + closing.length) * 3;
  if (mostBytes > scratch.length) scratch = Buffer.alloc(mostBytes);
  let end = scratch.write(previous, "hex");
  end += scratch.write(opening, end);
  end += scratch.write(payloadJson, end);
  end += scratch.write(closing, end);
  return scratch.subarray(0, end);
}

/** The canonical JSON of the content before and after the payload's, which is long and made only once. */
const aroundPayload = (content: ChainedContent): [string, string] => [
  content.commandKey === null && content.commandEvents === null
    ? beforeWithoutKey(content)
    : spellBefore(content),
  `,"position":${content.position}${content.requestHash === null ? afterWithoutKey(content) : spellAfter(content)}`,
];

const spellBefore = (content: Omit<ChainedContent, "position">): string =>
  `{"actor":${JSON.stringify(content.actor)},"bookId":${JSON.stringify(content.bookId)}` +
  `,"commandEvents":${JSON.stringify(content.commandEvents)}` +
  `,"commandKey":${JSON.stringify(content.commandKey)}` +
  (content.origin === undefined ? "" : `,"origin":${JSON.stringify(content.origin)}`) +
  `,"payload":`;

const spellAfter = (content: Omit<ChainedContent, "position">): string =>
  `,"recordedAt":${JSON.stringify(content.recordedAt)}` +
  `,"requestHash":${JSON.stringify(content.requestHash)}` +
  `,"tenantId":${JSON.stringify(content.tenantId)},"type":${JSON.stringify(content.type)}}`;

// Of two events in turn, all but the position and the payload is mostly equal.
let before = { actor: "", bookId: "", origin: undefined as string | undefined, text: "" };
let after = { recordedAt: "", tenantId: "", type: "", text: "" };

function beforeWithoutKey(content: ChainedContent): string {
  const { actor, bookId, origin } = content;
  if (
    before.text === "" ||
    before.bookId !== bookId ||
    before.actor !== actor ||
    before.origin !== origin
  )
    before = { actor, bookId, origin, text: spellBefore(content) };
  return before.text;
}

function afterWithoutKey(content: ChainedContent): string {
  const { recordedAt, tenantId, type } = content;
  if (
    after.text === "" ||
    after.recordedAt !== recordedAt ||
    after.type !== type ||
    after.tenantId !== tenantId
  )
    after = { recordedAt, tenantId, type, text: spellAfter(content) };
  return after.text;
}

let lastTime = new Date(0);
let lastIso = lastTime.toISOString();

/** Commands that arrive together were mostly given at the same moment. */
function isoOf(time: Date): string {
  if (time.getTime() !== lastTime.getTime()) {
    lastTime = time;
    lastIso = time.toISOString();
  }
  return lastIso;
}

/**
 * Gives a command's events their positions, time and hashes after the given head. `of` is how many the command leads
 * to, when these are a part of them with others before.
 */
export function recordEvents(
  model: Model,
  book: BookId,
  head: BookHead,
  envelope: Envelope,
  events: readonly DomainEvent[],
  { before, of }: { readonly before: number; readonly of: number } = {
    before: 0,
    of: events.length,
  },
): RecordedEvent[] {
  // Recorded time never runs backwards in a book, whatever the clocks of its writers do.
  const recordedAt = envelope.now > head.recordedAt ? envelope.now : head.recordedAt;
  const { key, requestHash } = envelope;
  let { position, hash } = head;
  return events.map((event, index) => {
    position += 1;
    const command =
      before + index === 0 && key !== undefined && requestHash !== undefined
        ? { key, requestHash, events: of }
        : undefined;
    const { payload, json } = encodeEvent(model, event);
    const content = {
      tenantId: book.tenantId,
      bookId: book.bookId,
      position,
      type: event.type,
      recordedAt: isoOf(recordedAt),
      actor: envelope.actor,
      origin: envelope.origin,
      commandKey: command?.key ?? null,
      requestHash: command?.requestHash ?? null,
      commandEvents: command?.events ?? null,
    };
    hash = chainHash(hash, content, json);
    return {
      event,
      payloadJson: json,
      type: event.type,
      position,
      recordedAt,
      payload,
      actor: envelope.actor,
      origin: envelope.origin,
      command,
      hash,
    };
  });
}

/** An event as it is stored and published: plain JSON, amounts as decimal strings. */
export function encodeEvent(
  model: Model,
  event: DomainEvent,
): { readonly payload: object; readonly json: string } {
  const codec = model.eventOf(event.type)?.codec;
  if (codec === undefined) throw new Error(`no slice has the event ${event.type}`);
  const payload = codec.encode(event);
  return { payload, json: codec.json?.(payload as never) ?? canonicalJson(payload) };
}

/** The event a stored payload stands for; undefined when this version does not have its type. */
export const decodeEvent = (
  model: Model,
  type: string,
  payload: unknown,
): DomainEvent | undefined => model.eventOf(type)?.codec.decode(payload as never);

/** The event of a type among those a command led to; its absence is a fault of the program. */
export function requireEvent(events: readonly PublishedEvent[], type: string): PublishedEvent {
  const found = events.find((event) => event.type === type);
  if (found === undefined) throw new Error(`a command led to no ${type}`);
  return found;
}
