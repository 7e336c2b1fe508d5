import type { BookEvent } from "./book-event.ts";
import type { PublishedEvent } from "./recorded-event.ts";

/** The event of a type among those a command led to; its absence is a fault of ours. */
export function requireEvent(
  events: readonly PublishedEvent[],
  type: BookEvent["type"],
): PublishedEvent {
  const found = events.find((event) => event.type === type);
  if (found === undefined) throw new Error(`a command led to no ${type}`);
  return found;
}
