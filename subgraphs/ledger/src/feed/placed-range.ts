import type { TransactionPosted } from "@allfunds/contract/events";
import type { BookId, PublishedEvent } from "../engine/book.ts";
import type { TenantReads } from "../tenancy/tenant-pool.ts";
import { readSlices, toFeedEvent, type FeedEvent, type PlacedEvent } from "./feed-page.ts";

/** A range of a book that has just got its place in the feed's order. */
export interface AssignedRange extends BookId {
  readonly seq: number;
  readonly from: number;
  readonly to: number;
  /** Commits to the feed up to its end. */
  readonly hash: string;
}

/** What a posting of two entries weighs; others are compared to it. */
const USUAL_WEIGHT = 6;

/** An assigned range with its events: read at most once, whoever asks, and put into their form once. */
export class PlacedRange {
  readonly range: AssignedRange;
  readonly weight: number;
  #placed: Promise<readonly PlacedEvent[]> | undefined;
  #ofTenant: readonly FeedEvent[] | undefined;
  #ofEveryTenant: readonly FeedEvent[] | undefined;

  /** `events` are those of the range where they are known already. */
  constructor(range: AssignedRange, events: readonly PublishedEvent[] | undefined) {
    this.range = range;
    this.weight = events === undefined ? this.length * USUAL_WEIGHT : weightOf(events);
    if (events !== undefined) this.#placed = Promise.resolve(placeAll(range, events));
  }

  get length(): number {
    return this.range.to - this.range.from + 1;
  }

  /** Its events with the cursors of one tenant's feed, or of every tenant's. */
  async events(reads: TenantReads, ofEveryTenant: boolean): Promise<readonly FeedEvent[]> {
    const known = ofEveryTenant ? this.#ofEveryTenant : this.#ofTenant;
    if (known !== undefined) return known;
    const placed = await (this.#placed ??= this.#read(reads));
    if (!ofEveryTenant) return (this.#ofTenant ??= placed.map(toFeedEvent));
    return (this.#ofEveryTenant ??= placed.map(({ place, event }) =>
      toFeedEvent({ event, place: { ...place, ofEveryTenant } }),
    ));
  }

  #read(reads: TenantReads): Promise<readonly PlacedEvent[]> {
    const { seq, tenantId, bookId, from, to, hash } = this.range;
    const slice = { seq, tenantId, bookId, first: from, from, to, hash };
    const reading = readSlices(reads, tenantId, [slice]);
    // Whoever asks next tries again.
    reading.catch(() => (this.#placed = undefined));
    return reading;
  }
}

const placeAll = (
  { seq, tenantId, bookId, from, hash }: AssignedRange,
  events: readonly PublishedEvent[],
): PlacedEvent[] =>
  events.map(({ type, position, recordedAt, payload }) => ({
    place: { seq, taken: position - from + 1, hash },
    event: { tenantId, fundId: bookId, position, type, recordedAt, payload },
  }));

function weightOf(events: readonly PublishedEvent[]): number {
  let weight = 0;
  for (const { payload } of events) {
    weight += USUAL_WEIGHT + ((payload as Partial<TransactionPosted>).entries?.length ?? 0);
  }
  return weight;
}
