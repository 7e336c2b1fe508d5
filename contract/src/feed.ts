import { z } from "zod";
import { AppError } from "./errors.ts";
import {
  ledgerEventSchema,
  unknownEventSchema,
  type LedgerEvent,
  type UnknownEvent,
} from "./events.ts";

/** What a follower of the books subscribes to. */
export const FEED_SUBSCRIPTION = `subscription LedgerEvents($after: Cursor) {
  ledgerEvents(after: $after) {
    cursor
    whole
  }
}`;

/** What arrives from it: a cursor and the events up to it. */
export const feedPageSchema = z
  .object({ ledgerEvents: z.object({ cursor: z.string(), whole: z.array(unknownEventSchema) }) })
  .transform(({ ledgerEvents: { cursor, whole } }) => ({ cursor, events: whole }));

/** An event of a book of a known type, and one of any type. */
export type BookEvent = LedgerEvent;
export type { UnknownEvent };

const KNOWN_TYPES: ReadonlySet<string> = new Set(
  ledgerEventSchema.options.map((option) => option.shape.type.value),
);

/** Parses the events of known types and skips the others, so a newer version does not stop a follower. */
export const readKnownEvents = (events: readonly UnknownEvent[]): BookEvent[] =>
  events.flatMap((event) => (KNOWN_TYPES.has(event.type) ? [ledgerEventSchema.parse(event)] : []));

/** Where an event is: its book, by the tenant and the fund, and its position there. */
export const placeOf = ({
  tenantId,
  fundId,
  position,
}: Pick<UnknownEvent, "tenantId" | "fundId" | "position">) => ({
  tenantId,
  bookId: fundId,
  position,
});

/** One sentence for a fund that does not exist, belongs to another tenant or was not granted. */
export const fundNotFound = (): AppError =>
  new AppError("FUND_NOT_FOUND", "There is no such fund.");

/** The same for its book. */
export const bookNotFound = (): AppError => fundNotFound();
