import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@allfunds/platform/logging";
import { Counter, Gauge, type Registry } from "prom-client";
import type { BookId } from "../engine/book.ts";
import { PAGE_EVENTS, readSlices, toFeedEvent, type FeedEvent } from "../feed/feed-page.ts";
import { WakeSignal } from "../feed/wake-signal.ts";
import type { OrderReads } from "../tenancy/order-pool.ts";
import { isOfAnotherLog, type EventSink, type SinkFault } from "./event-sink.ts";

export interface BookPublisherOptions {
  readonly sink: EventSink;
  readonly reads: OrderReads;
  readonly logger: Logger;
  /** Figures by broker. */
  readonly published?: SinkFigures | undefined;
}

interface SinkFigures {
  readonly events: Counter;
  readonly interrupted: Gauge;
}

/** The figures of all publishers of a database. */
export const sinkFigures = (registry: Registry): SinkFigures => ({
  events: new Counter({
    name: "ledger_sink_events_total",
    help: "Events that were published to a broker",
    labelNames: ["sink"],
    registers: [registry],
  }),
  interrupted: new Gauge({
    name: "ledger_sink_interrupted",
    help: "1 while events cannot be published to a broker",
    labelNames: ["sink"],
    registers: [registry],
  }),
});

const SCAN_MS = 5_000;
const GATHER_MS = 20;
const RETRY_MS = 500;

const BOOK_ENDS = `
  SELECT tenant_id, id, position FROM book
  WHERE tenant_id NOT IN (SELECT tenant FROM tenant_fence WHERE closed_until > now())`;

interface BookEnd {
  readonly tenant_id: string;
  readonly id: string;
  readonly position: string;
}

/**
 * Publishes every book to a broker. The broker's own end of a book is the cursor: what it has is never stored
 * elsewhere, so an event is published exactly once in effect, and what a broker lost when it restarted is
 * published again. Several instances may run one.
 */
export class BookPublisher {
  readonly #options: BookPublisherOptions;
  readonly #stop = new AbortController();
  readonly #work = new WakeSignal();
  /** Ends of books in the broker, as far as they are known. */
  #ends = new Map<string, number>();
  /** Books of which the broker holds another history: named once. */
  readonly #refused = new Set<string>();
  #waiting = new Map<string, BookId & { readonly position: number }>();
  #lastScan = -Infinity;
  #fault: SinkFault | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: BookPublisherOptions) {
    this.#options = options;
    options.sink.onLost(() => this.#compareAnew());
  }

  /** A book was moved to a position by this instance. */
  bookMoved(book: BookId, position: number): void {
    this.#waiting.set(nameOf(book), { ...book, position });
    this.#work.wake();
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await this.#options.sink.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const seen = this.#work.turn;
      try {
        if (performance.now() - this.#lastScan >= SCAN_MS) await this.#scan();
        await this.#publishWaiting();
        this.#resumed();
        await this.#work.next(seen, signal, SCAN_MS);
        await pause(GATHER_MS, signal);
      } catch (error) {
        this.#interrupted(error);
        this.#compareAnew();
        await pause(RETRY_MS, signal);
      }
    }
  }

  /** The broker's. */
  get name(): string {
    return this.#options.sink.name;
  }

  /** Why nothing is published now; undefined while events are, or there are none. */
  get fault(): SinkFault | undefined {
    return this.#fault;
  }

  #interrupted(error: unknown): void {
    const { logger, sink, published } = this.#options;
    const fault = sink.faultOf(error);
    const line = "events could not be published: trying again";
    // Once for each fault, however long it lasts.
    if (this.#fault !== fault) logger.warn({ err: error, sink: sink.name, code: fault }, line);
    this.#fault = fault;
    published?.interrupted.set({ sink: sink.name }, 1);
  }

  #resumed(): void {
    const { logger, sink, published } = this.#options;
    if (this.#fault !== undefined) logger.info({ sink: sink.name }, "events are published again");
    this.#fault = undefined;
    published?.interrupted.set({ sink: sink.name }, 0);
  }

  /** Behind an interruption the broker may have less than it had. */
  #compareAnew(): void {
    this.#ends = new Map();
    this.#lastScan = -Infinity;
  }

  /** Finds books that other instances moved, and all of them after an interruption. */
  async #scan(): Promise<void> {
    const rows = await this.#options.reads.queryOrder<BookEnd>(BOOK_ENDS, []);
    for (const { tenant_id: tenantId, id: bookId, position } of rows) {
      const book = { tenantId, bookId };
      const name = nameOf(book);
      if ((this.#ends.get(name) ?? 0) >= Number(position)) continue;
      this.#waiting.set(name, { ...book, position: Number(position) });
    }
    this.#lastScan = performance.now();
  }

  async #publishWaiting(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    for (const [name, book] of waiting) {
      if (this.#stop.signal.aborted) return;
      await this.#publish(name, book);
    }
  }

  async #publish(name: string, book: BookId & { readonly position: number }): Promise<void> {
    const { sink } = this.#options;
    const ends = this.#ends;
    let end = ends.get(name) ?? (await this.#endInSink(name, book));
    while (end !== undefined && end < book.position && !this.#stop.signal.aborted) {
      const to = Math.min(end + PAGE_EVENTS, book.position);
      const events = await this.#read(book, end + 1, to);
      await sink.append(book, events);
      this.#options.published?.events.inc({ sink: sink.name }, events.length);
      end = to;
      ends.set(name, end);
    }
  }

  /** Where the broker's copy of a book ends; undefined when that is no part of the book's log. */
  async #endInSink(name: string, book: BookId): Promise<number | undefined> {
    const { sink, logger } = this.#options;
    const end = await sink.end(book);
    if (end === undefined) return 0;
    const [logged] = await this.#read(book, end.position, end.position);
    if (!isOfAnotherLog(end, logged)) {
      this.#refused.delete(name);
      return end.position;
    }
    if (!this.#refused.has(name)) {
      const what = "the broker has another history of a book: remove its copy";
      logger.error({ ...book, position: end.position, sink: sink.name }, what);
    }
    this.#refused.add(name);
    return undefined;
  }

  async #read(
    { tenantId, bookId }: BookId,
    from: number,
    to: number,
  ): Promise<readonly FeedEvent[]> {
    const slice = { seq: 0, tenantId, bookId, first: from, from, to, hash: "" };
    return (await readSlices(this.#options.reads, tenantId, [slice])).map(toFeedEvent);
  }
}

const nameOf = ({ tenantId, bookId }: BookId): string => `${tenantId}/${bookId}`;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
