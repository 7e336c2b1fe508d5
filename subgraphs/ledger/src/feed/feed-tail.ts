import type { TransactionPosted } from "@allfunds/contract/events";
import { ALL_GRANTED, maySeeFund } from "@allfunds/platform/auth";
import type { Grants, TenantReads } from "@allfunds/platform/tenancy";
import type { BookId, PublishedEvent } from "../engine/book.ts";
import {
  PAGE_EVENTS,
  readSlices,
  toFeedEvent,
  type FeedEvent,
  type FeedPage,
  type PlacedEvent,
} from "./feed-page.ts";
import type { FeedPlace, HashedPlace } from "./feed-place.ts";
import { WakeSignal } from "./wake-signal.ts";

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

/** An assigned range with its events: read at most once for all subscribers, and put into their form once. */
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
    // The next reader tries again.
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

const MOST_EVENTS = 2_000;

/**
 * What this instance has just committed, until it has its place in the feed: then it need not be read.
 * Only a help: what is not here is in the database.
 */
export class RecentEvents {
  readonly #books = new Map<string, PublishedEvent[]>();
  #count = 0;

  /** Events of a book in its order, as a command led to them. */
  add(book: BookId, events: readonly PublishedEvent[]): void {
    if (events.length === 0 || events.length > MOST_EVENTS) return;
    const name = nameOf(book);
    const run = this.#books.get(name) ?? [];
    const [first] = events;
    // Only what is without a gap can be taken by its positions.
    if (run.length > 0 && run.at(-1)?.position !== (first?.position ?? 0) - 1) {
      this.#count -= run.length;
      run.length = 0;
    }
    run.push(...events);
    this.#count += events.length;
    // Put in anew, so that the books come in the order in which they were written last.
    this.#books.delete(name);
    this.#books.set(name, run);
    this.#letOldestGo();
  }

  /** The events from one position to another, all or none of them; what comes before them is dropped. */
  take(book: BookId, from: number, to: number): readonly PublishedEvent[] | undefined {
    const run = this.#books.get(nameOf(book));
    const start = from - (run?.[0]?.position ?? Infinity);
    if (run === undefined || !(start >= 0) || start + (to - from) >= run.length) return undefined;
    const taken = run.splice(0, to - from + 1 + start);
    this.#count -= taken.length;
    if (run.length === 0) this.#books.delete(nameOf(book));
    return start === 0 ? taken : taken.slice(start);
  }

  clear(): void {
    this.#books.clear();
    this.#count = 0;
  }

  #letOldestGo(): void {
    for (const [name, run] of this.#books) {
      if (this.#count <= MOST_EVENTS) return;
      this.#count -= run.length;
      this.#books.delete(name);
    }
  }
}

const nameOf = ({ tenantId, bookId }: BookId): string => `${tenantId}/${bookId}`;

// A few pages of postings with two entries: who is further behind reads the database.
const MOST_WEIGHT = 12_000;

/** Whose events a subscriber gets. */
export interface Audience {
  /** Undefined for the services that follow every tenant. */
  readonly tenantId: string | undefined;
  readonly funds: Grants;
  readonly fundId: string | undefined;
}

/**
 * The end of the feed in memory, for all who follow it closely: what has just been committed is neither
 * read nor put into its form once for each of them. It has every range behind its start, of all tenants, and
 * shows each subscriber what row-level security would. A subscriber before its start is not served.
 */
export class FeedTail {
  /** Wakes the followers of the feed. */
  readonly moved = new WakeSignal();
  readonly #recent = new RecentEvents();
  /** Without a gap in their sequence numbers. */
  #ranges: PlacedRange[] = [];
  #weight = 0;
  /** How many events the range right before the first one has; undefined when that is not known. */
  #lengthBefore: number | undefined;
  /** True while what follows the last range will be added here: places are given out here, or fanned out to here. */
  #isEnd = false;
  #losses = 0;

  /** How often the database was lost: behind each time it may be another one, restored meanwhile. */
  get losses(): number {
    return this.#losses;
  }

  /** Events that this instance has committed, which have no place yet. */
  committed(book: BookId, events: readonly PublishedEvent[]): void {
    this.#recent.add(book, events);
  }

  /** Ranges that this instance has just given their places, in order, which it returns; wakes the followers. */
  extend(ranges: readonly AssignedRange[]): readonly PlacedRange[] {
    const placed = ranges.map(
      (range) => new PlacedRange(range, this.#recent.take(range, range.from, range.to)),
    );
    this.#add(placed);
    return placed;
  }

  /** A range that another instance has given its place, as it comes by the fan-out; wakes the followers. */
  receive(range: AssignedRange, events: readonly PublishedEvent[] | undefined): void {
    if (range.seq <= (this.#ranges.at(-1)?.range.seq ?? 0)) return;
    // What was committed here need not be kept a second time.
    const own = this.#recent.take(range, range.from, range.to);
    this.#add([new PlacedRange(range, own ?? events)]);
  }

  #add(placed: readonly PlacedRange[]): void {
    const first = placed[0]?.range.seq;
    if (first !== undefined && this.#ranges.at(-1)?.range.seq !== first - 1) this.#clear();
    for (const one of placed) {
      this.#ranges.push(one);
      this.#weight += one.weight;
    }
    this.#isEnd = true;
    this.#trim();
    this.moved.wake();
  }

  /**
   * The connection was lost: from now on others may give out places, and what was committed may be gone.
   * Wakes the followers, who then look for themselves.
   */
  lose(): void {
    this.#isEnd = false;
    this.#losses += 1;
    this.#recent.clear();
    this.#clear();
    this.moved.wake();
  }

  /** Others gave out places up to this one, if it is further on: what they stand for has to be read. */
  loseBehind(seq: number): void {
    if (seq > (this.#ranges.at(-1)?.range.seq ?? seq)) this.lose();
  }

  /** The next page behind a place; undefined when that has to be read. */
  async pageBehind(
    reads: TenantReads,
    audience: Audience,
    after: FeedPlace,
  ): Promise<FeedPage | undefined> {
    const start = this.#indexOf(after);
    const last = this.#ranges.at(-1);
    if (start === undefined || last === undefined) return undefined;
    const isEnd = this.#isEnd;
    const end: HashedPlace = {
      seq: last.range.seq,
      taken: last.length,
      hash: last.range.hash,
    };
    const ofEveryTenant = audience.tenantId === undefined;
    const events: FeedEvent[] = [];
    let place = end;
    // The list may be cut while events are being read; this part of it stays what it was.
    for (const placed of this.#ranges.slice(start)) {
      const { seq, hash } = placed.range;
      if (!isFor(audience, placed.range)) continue;
      const skipped = seq === after.seq ? after.taken : 0;
      const all = skipped >= placed.length ? [] : await placed.events(reads, ofEveryTenant);
      const taken = all.slice(skipped, skipped + PAGE_EVENTS - events.length);
      if (taken.length === 0) continue;
      events.push(...taken);
      place = { seq, taken: skipped + taken.length, hash };
      if (events.length === PAGE_EVENTS) break;
    }
    // Nothing for this subscriber up to the end: next time it need not be looked through again.
    if (events.length === 0) return isEnd ? { events, place: end, full: false } : undefined;
    const marked = ofEveryTenant ? { ...place, ofEveryTenant } : place;
    return { events, place: marked, full: events.length === PAGE_EVENTS };
  }

  /** Where the first range is of which something is behind this place. */
  #indexOf({ seq, taken }: FeedPlace): number | undefined {
    const before = (this.#ranges[0]?.range.seq ?? Infinity) - 1;
    if (seq > before + this.#ranges.length) return undefined;
    if (seq > before) return seq - before - 1;
    const isBeforeTaken = taken >= (this.#lengthBefore ?? Number.MAX_SAFE_INTEGER);
    return seq === before && isBeforeTaken ? 0 : undefined;
  }

  #trim(): void {
    let dropped = 0;
    for (const { weight } of this.#ranges) {
      if (this.#weight <= MOST_WEIGHT || dropped === this.#ranges.length - 1) break;
      this.#weight -= weight;
      dropped += 1;
    }
    if (dropped > 0) this.#lengthBefore = this.#ranges.splice(0, dropped).at(-1)?.length;
  }

  #clear(): void {
    this.#ranges = [];
    this.#weight = 0;
    this.#lengthBefore = undefined;
  }
}

const isFor = ({ tenantId, funds, fundId }: Audience, range: AssignedRange): boolean =>
  (tenantId === undefined || tenantId === range.tenantId) &&
  (fundId === undefined || fundId === range.bookId) &&
  (funds === ALL_GRANTED || maySeeFund({ funds }, range.bookId));
