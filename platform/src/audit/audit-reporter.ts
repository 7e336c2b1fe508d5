import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../logging.ts";
import type { AuditEvent } from "./audit-event.ts";
import { UnacceptableReport, type SendReport } from "./send-report.ts";

export interface AuditReporterOptions {
  readonly send: SendReport;
  readonly logger: Logger;
  /** Events that may wait while the trail is away; those over it go to the log. */
  readonly queueLimit?: number;
  /** How long events wait for others to go with them, in milliseconds. */
  readonly gatherMs?: number;
  /** First and longest wait after a failure, in milliseconds. */
  readonly retryMs?: readonly [first: number, longest: number];
}

/** What the trail takes at a time. */
const MOST_PER_REPORT = 500;
/** Below what a supervisor gives a service to stop, so that the rest still reaches the log. */
const FLUSH_WITHIN_MS = 2_000;

/**
 * Carries events to the audit trail in the background: in order, in batches, as often as it takes.
 * What cannot be delivered is written to the log, so that no event is ever lost without a word.
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

  /** Takes an event along. Never throws and never waits. */
  readonly record = (event: AuditEvent): void => {
    if (this.#queue.length >= (this.#options.queueLimit ?? 20_000)) {
      this.#lose([event], "the audit queue is full");
      return;
    }
    this.#queue.push(event);
    this.#start();
  };

  /** Events that have not arrived yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Delivers what waits, for a few seconds at most; the rest goes to the log. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const tooLong = sleep(FLUSH_WITHIN_MS, undefined, { ref: false });
    await Promise.race([this.#working, tooLong]);
    this.#lose(this.#queue.splice(0), "stopped before the audit trail took it");
  }

  #start(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      // What came in between the last look and now.
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

  /** True when nothing more can be done for these events. */
  async #deliver(batch: readonly AuditEvent[]): Promise<boolean> {
    const { send, logger } = this.#options;
    try {
      await send(batch);
      return true;
    } catch (error) {
      if (error instanceof UnacceptableReport) return this.#deliverOneByOne(batch, error);
      this.#failures += 1;
      logger.warn({ err: error, waiting: this.#queue.length }, "the audit trail is not reachable");
      return false;
    }
  }

  /** One event that is not taken must not keep the others out: half of them go at a time. */
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

  /** Waits, unless the service is to stop. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal, ref: false }).catch(
      () => undefined,
    );
  }

  #lose(events: readonly AuditEvent[], reason: string): void {
    for (const event of events)
      this.#options.logger.error({ event, reason }, "an audit event did not reach the trail");
  }
}
