import { ledgerEventSchema, type LedgerEvent, type UnknownEvent } from "@allfunds/contract/events";

const KNOWN_TYPES: ReadonlySet<string> = new Set(
  ledgerEventSchema.options.map((option) => option.shape.type.value),
);

/** The events of the types this version knows; others are passed over, so that a newer ledger does not stop it. */
export const readEvents = (events: readonly UnknownEvent[]): LedgerEvent[] =>
  events.flatMap((event) => (KNOWN_TYPES.has(event.type) ? [ledgerEventSchema.parse(event)] : []));
