import type { AuditEvent } from "./audit-event.ts";

interface Held {
  last: AuditEvent;
  times: number;
}

const AGGREGATION_MS = 10_000;
const MOST_KEYS = 1_000;

/**
 * Records the first of equal events at once, and those of the next ten seconds as one event with a count.
 * So a client that is refused a thousand times a second does not fill the audit log.
 */
export class Repetitions {
  readonly #record: (event: AuditEvent) => void;
  readonly #held = new Map<string, Held>();
  #timer: NodeJS.Timeout | undefined;

  constructor(record: (event: AuditEvent) => void) {
    this.#record = record;
  }

  note(sameness: string, event: AuditEvent): void {
    const isTracked = this.#held.has(sameness) || this.#held.size < MOST_KEYS;
    const key = isTracked ? sameness : `others of ${event.tenantId}`;
    const held = this.#held.get(key);
    if (held !== undefined) {
      held.last = event;
      held.times += 1;
      return;
    }
    this.#held.set(key, { last: event, times: 0 });
    this.#timer ??= setTimeout(() => this.settle(), AGGREGATION_MS).unref();
    this.#record(event);
  }

  /** Records the events that were held back. */
  settle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { last, times } of this.#held.values())
      if (times > 0) this.#record({ ...last, detail: { ...last.detail, times } });
    this.#held.clear();
  }
}
