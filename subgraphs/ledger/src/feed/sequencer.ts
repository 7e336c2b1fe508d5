import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@allfunds/platform/logging";
import pg from "pg";
import type { BookId } from "../engine/book.ts";
import { assignSequence, assignWhatIsLeft, FEED_MOVED } from "./assign-sequence.ts";
import { FeedTail, type AssignedRange } from "./feed-tail.ts";
import type { FeedFanOut } from "./redis-fan-out.ts";
import { WakeSignal } from "./wake-signal.ts";

// Any constant: the same in every instance of this service.
const ELECTION_LOCK = 4_712_026;
const POLL_MS = 1_000;
// A round costs this service and each follower much the same, whatever is in it: what comes so
// soon after one goes into the next.
const ROUND_MS = 4;
const BOOK_MOVED = "ledger_book";

/**
 * Keeps the feed moving. Every instance runs one on a connection of its own; the one that holds the
 * advisory lock assigns, the others pass on what they committed and listen. Signals and notifications
 * only make it quick: once a second it looks for itself.
 */
export class Sequencer {
  /** What this instance holds of the feed's end, and the signal that wakes followers when it moves. */
  readonly tail = new FeedTail();
  readonly #work = new WakeSignal();
  readonly #url: string;
  readonly #logger: Logger;
  readonly #fanOut: FeedFanOut | undefined;
  readonly #stop = new AbortController();
  #hints = new Map<string, BookId>();
  #elected = false;
  #headSeen = "";
  #logId = "";
  #endFollowing: (() => void) | undefined;
  #loop: Promise<void> | undefined;

  /** With a fan-out, an instance that does not assign has the feed's end in memory, too. */
  constructor(url: string, logger: Logger, fanOut?: FeedFanOut) {
    this.#url = url;
    this.#logger = logger;
    this.#fanOut = fanOut;
  }

  /** A book was moved by this instance. */
  bookMoved(book: BookId): void {
    this.#hints.set(`${book.tenantId}/${book.bookId}`, book);
    this.#work.wake();
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#serve();
      } catch (error) {
        this.#logger.warn({ err: error }, "the feed's connection was lost");
        await this.#pause(this.#work.turn);
      }
    }
  }

  async #serve(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      keepAlive: true,
      pipeline: true,
    });
    let lost: Error | undefined;
    client.on("error", (error) => {
      lost = error;
      this.#work.wake();
    });
    client.on("notification", (message) => this.#onNotification(message));
    this.#elected = false;
    let lastScan = -Infinity;
    try {
      await client.connect();
      // The one deliberate way across tenants: it sees where books end and where the feed is, no event.
      await client.query("SET app.sequencer = 'on'");
      await client.query(`LISTEN ${BOOK_MOVED}; LISTEN ${FEED_MOVED}`);
      await this.#followFanOut(client);
      while (!this.#stop.signal.aborted) {
        if (lost !== undefined) throw lost;
        const seen = this.#work.turn;
        const isDue = performance.now() - lastScan >= POLL_MS;
        if (isDue) {
          lastScan = performance.now();
          await this.#standForElection(client);
        }
        const startedAt = performance.now();
        await (this.#elected ? this.#assign(client, isDue) : this.#passOn(client, isDue));
        await this.#pause(seen);
        await this.#gather(startedAt + ROUND_MS);
      }
    } finally {
      this.#endFollowing?.();
      // Before the lock is free for others.
      this.tail.lose();
      await client.end().catch(() => undefined);
    }
  }

  async #standForElection(client: pg.Client): Promise<void> {
    if (this.#elected) return;
    this.#elected = await tryElection(client);
    if (!this.#elected) return;
    this.#endFollowing?.();
    // Who assigns has it first, and needs no notification.
    await client.query(`UNLISTEN ${FEED_MOVED}`);
    // The notification of what the instance before assigned last may be missing.
    this.tail.moved.wake();
  }

  #takeHints(): BookId[] {
    const hints = [...this.#hints.values()];
    this.#hints = new Map();
    return hints;
  }

  async #assign(client: pg.Client, isDue: boolean): Promise<void> {
    const hints = this.#takeHints();
    const assigned = hints.length === 0 ? [] : await assignSequence(client, hints);
    if (assigned.length > 0) this.#extend(assigned);
    if (!isDue) return;
    const { before, ranges } = await assignWhatIsLeft(client);
    this.tail.loseBehind(before);
    if (ranges.length > 0) this.#extend(ranges);
  }

  #extend(ranges: readonly AssignedRange[]): void {
    const placed = this.tail.extend(ranges);
    this.#fanOut?.publish(this.#logId, placed);
  }

  async #followFanOut(client: pg.Client): Promise<void> {
    if (this.#fanOut === undefined) return;
    const { rows } = await client.query<{ log_id: string }>("SELECT log_id FROM feed_head");
    this.#logId = rows[0]?.log_id ?? "";
    const end = this.#fanOut.follow(
      this.#logId,
      (range, events) => this.tail.receive(range, events),
      () => this.tail.lose(),
    );
    this.#endFollowing = () => {
      this.#endFollowing = undefined;
      end();
    };
  }

  async #passOn(client: pg.Client, isDue: boolean): Promise<void> {
    for (const { tenantId, bookId } of this.#takeHints()) {
      await client.query("SELECT pg_notify($1, $2)", [BOOK_MOVED, `${tenantId}/${bookId}`]);
    }
    if (isDue) await this.#wakeWhenHeadMoved(client);
  }

  /** The safety net for a notification that never came. */
  async #wakeWhenHeadMoved(client: pg.Client): Promise<void> {
    const { rows } = await client.query<{ seq: string }>("SELECT seq FROM feed_head");
    const head = rows[0]?.seq ?? "";
    // The fan-out had a second for it.
    this.tail.loseBehind(Number(this.#headSeen));
    if (head === this.#headSeen) return;
    this.#headSeen = head;
    this.tail.moved.wake();
  }

  #onNotification({ channel, payload }: pg.Notification): void {
    if (channel === FEED_MOVED) {
      if (!this.#elected) this.tail.moved.wake();
      return;
    }
    // Who does not assign would only pass it on again, to itself among others.
    if (!this.#elected) return;
    const [tenantId, bookId] = payload?.split("/") ?? [];
    if (tenantId !== undefined && bookId !== undefined) this.bookMoved({ tenantId, bookId });
  }

  /** After a quiet time there is nothing to wait for. */
  async #gather(until: number): Promise<void> {
    const leftMs = until - performance.now();
    const { signal } = this.#stop;
    if (leftMs > 0) await sleep(leftMs, undefined, { signal }).catch(() => undefined);
  }

  async #pause(seen: number): Promise<void> {
    await this.#work.next(seen, this.#stop.signal, POLL_MS);
  }
}

async function tryElection(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ elected: boolean }>(
    "SELECT pg_try_advisory_lock($1) AS elected",
    [ELECTION_LOCK],
  );
  return rows[0]?.elected ?? false;
}
