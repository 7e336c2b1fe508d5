import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../logging.ts";
import type { AuditEvent } from "./audit-event.ts";
import { UnacceptableReport, type SendReport } from "./send-report.ts";

export interface AuditReporterOptions {
  readonly send: SendReport;
  readonly logger: Logger;
  /** Most events that wait while the audit log is unavailable; further ones go to the log. */
  readonly queueLimit?: number;
  /** How long events wait to be sent in one batch with others, in milliseconds. */
  readonly gatherMs?: number;
  /** First and longest wait after a failure, in milliseconds. */
  readonly retryMs?: readonly [first: number, longest: number];
}

/** Most events that the audit log accepts per request. */
const MOST_PER_REPORT = 500;
/** Shorter than a supervisor's stop limit, so the remaining events still reach the log. */
const FLUSH_WITHIN_MS = 2_000;

/**
 * Sends events to the audit log in the background, in order and in batches, and retries after failures.
 * It writes undeliverable events to the service's log, so no event is lost silently.
 */
export class AuditReporter {
  readonly #options: AuditReporterOptions;
  readonly #queue: AuditEvent[] = [];
  readonly #stopping = new AbortController();
  #working: Promise<void> | undefined;
  #failures = 0;

  constructor(options: AuditReporterOptions) {
    this.#options = options;
  }

  /** Queues an event. Never throws and never waits. */
  readonly record = (event: AuditEvent): void => {
    if (this.#queue.length >= (this.#options.queueLimit ?? 20_000)) {
      this.#lose([event], "the audit queue is full");
      return;
    }
    this.#queue.push(event);
    this.#start();
  };

  /** Number of events that are not delivered yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Delivers waiting events for two seconds at most; the rest goes to the log. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const tooLong = sleep(FLUSH_WITHIN_MS, undefined, { ref: false });
    await Promise.race([this.#working, tooLong]);
    this.#lose(this.#queue.splice(0), "the service stopped before the audit log accepted it");
  }

  #start(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      // Events may have come in since the loop checked the queue.
      if (this.#queue.length > 0 && !this.#stopping.signal.aborted) this.#start();
    });
  }

  async #work(): Promise<void> {
    await this.#pause(this.#options.gatherMs ?? 500);
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, MOST_PER_REPORT);
      if (await this.#deliver(batch)) {
        this.#queue.splice(0, batch.length);
        this.#failures = 0;
      } else if (this.#stopping.signal.aborted) {
        return;
      } else {
        await this.#pause(this.#backOffMs());
      }
    }
  }

  /** True when these events need no further attempt. */
  async #deliver(batch: readonly AuditEvent[]): Promise<boolean> {
    const { send, logger } = this.#options;
    try {
      await send(batch);
      return true;
    } catch (error) {
      if (error instanceof UnacceptableReport) return this.#deliverOneByOne(batch, error);
      this.#failures += 1;
      logger.warn(
        { err: error, waiting: this.#queue.length },
        "audit log unreachable: events wait in memory",
      );
      return false;
    }
  }

  /** Halves a refused batch until the refused event stands alone, so the others are delivered. */
  async #deliverOneByOne(batch: readonly AuditEvent[], reason: Error): Promise<boolean> {
    if (batch.length === 1) {
      this.#lose(batch, reason.message);
      return true;
    }
    const half = Math.ceil(batch.length / 2);
    return (await this.#deliver(batch.slice(0, half))) && (await this.#deliver(batch.slice(half)));
  }

  #backOffMs(): number {
    const [first, longest] = this.#options.retryMs ?? [500, 30_000];
    const most = Math.min(longest, first * 2 ** Math.min(this.#failures - 1, 16));
    return most * (0.5 + Math.random() / 2);
  }

  /** Waits; returns at once when the service stops. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal, ref: false }).catch(
      () => undefined,
    );
  }

  #lose(events: readonly AuditEvent[], reason: string): void {
    for (const event of events)
      this.#options.logger.error({ event, reason }, "audit event not delivered");
  }
}
