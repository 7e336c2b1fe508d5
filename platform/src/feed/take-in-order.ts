import type { BookPosition } from "./cursor-store.ts";

interface Positioned {
  readonly tenantId: string;
  readonly fundId: string;
  readonly position: number;
}

export class FeedGapError extends Error {
  constructor(fundId: string, expected: number, got: number) {
    super(`book ${fundId}: expected position ${expected}, the feed delivered ${got}`);
    this.name = "FeedGapError";
  }
}

/**
 * Keeps the events that are new, in order. A position already applied is passed over;
 * a missing one proves loss and stops the follower before a wrong figure is stored.
 */
export function takeInOrder<Event extends Positioned>(
  events: readonly Event[],
  applied: ReadonlyMap<string, number>,
): { readonly fresh: Event[]; readonly positions: BookPosition[] } {
  const reached = new Map(applied);
  const moved = new Map<string, BookPosition>();
  const fresh: Event[] = [];
  for (const event of events) {
    const expected = (reached.get(event.fundId) ?? 0) + 1;
    if (event.position < expected) continue;
    if (event.position > expected) throw new FeedGapError(event.fundId, expected, event.position);
    reached.set(event.fundId, event.position);
    moved.set(event.fundId, {
      tenantId: event.tenantId,
      fundId: event.fundId,
      position: event.position,
    });
    fresh.push(event);
  }
  return { fresh, positions: [...moved.values()] };
}
