import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { NotificationListener, withTransaction } from "@allfunds/platform/database";
import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import { EXAMINATION_CHANNEL, listMarkedFunds, markEveryFund } from "./examination-marks.ts";
import { examineFund } from "./examine-fund.ts";

export interface ExaminationOptions {
  /** Its connections carry no tenant between transactions. */
  readonly pool: Pool;
  readonly logger: Logger;
  /** Whose books are examined again when the day changes. */
  readonly follower: string;
  /** The time that decides what is due; the clock by default. */
  readonly clock?: () => Date;
}

/** Notifications may be lost; then marks wait no longer than this. */
const POLL_MS = 5_000;
const RETRY_MS = 1_000;
/** A day begins at another hour in each calendar's zone. */
const DAYS_EVERY_MS = 6 * 3_600_000;
/** Another instance examines the fund. */
const BUSY_MS = 100;
/** Readers wait 1.5 s for an examination at most. */
const LONGEST_REST_MS = 250;

/**
 * Examines what the feed has stored, beside the feed and after it: series of payments
 * with what they let expect, and what a person should look at.
 * Replicas share the funds; the marks in the database say what is left after a restart.
 */
export class ExaminationWorker {
  readonly #options: ExaminationOptions;
  readonly #listener: NotificationListener;
  readonly #woken = new EventEmitter();
  readonly #stop = new AbortController();
  #isWoken = true;
  #markedAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ExaminationOptions) {
    this.#options = options;
    const wake = (): void => this.#wake();
    const { pool, logger } = options;
    const channel = EXAMINATION_CHANNEL;
    this.#listener = new NotificationListener({
      pool,
      logger,
      channel,
      onPayload: wake,
      onListening: wake,
    });
  }

  start(): void {
    this.#listener.start();
    this.#running = this.#workUntilStopped();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#listener.stop();
    await this.#running;
  }

  #wake(): void {
    this.#isWoken = true;
    this.#woken.emit("woken");
  }

  async #workUntilStopped(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#isWoken = false;
      try {
        await this.#markDay();
        const isDone = await examineMarked(this.#options, signal);
        if (!isDone) await pause(BUSY_MS, signal);
        else if (!this.#isWoken) await this.#nextMark(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#options.logger.warn({ err: error }, "the examination of movements failed: retrying");
        await pause(RETRY_MS, signal);
      }
    }
  }

  /** Dates pass without any event. */
  async #markDay(): Promise<void> {
    const now = performance.now();
    if (now - this.#markedAt < DAYS_EVERY_MS) return;
    await markEveryFund(this.#options.pool, this.#options.follower);
    this.#markedAt = now;
  }

  async #nextMark(signal: AbortSignal): Promise<void> {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(POLL_MS)]);
    await once(this.#woken, "woken", { signal: soon }).catch(() => undefined);
  }
}

const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  sleep(ms, undefined, signal && { signal }).catch(() => undefined);

/**
 * Examines every marked fund until nothing is marked; false when another instance holds one. While postings keep
 * coming it rests as long as it works: the feed and readers of live lists share its processor.
 */
export async function examineMarked(
  { pool, clock = () => new Date() }: Pick<ExaminationOptions, "pool" | "clock">,
  signal?: AbortSignal,
): Promise<boolean> {
  for (let workedMs = 0; ;) {
    const funds = await listMarkedFunds(pool);
    if (funds.length === 0) return true;
    await pause(Math.min(workedMs, LONGEST_REST_MS), signal);
    const startedAt = performance.now();
    let isBusy = false;
    for (const fund of funds) {
      signal?.throwIfAborted();
      const { tenantId } = fund;
      const examined = await withTransaction(pool, { tenantId }, (client) =>
        examineFund(client, fund, clock()),
      );
      isBusy ||= examined === undefined;
    }
    if (isBusy) return false;
    workedMs = performance.now() - startedAt;
  }
}
