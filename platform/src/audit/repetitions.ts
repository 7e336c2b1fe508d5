import type { AuditEvent } from "./audit-event.ts";

interface Held {
  last: AuditEvent;
  times: number;
}

const TOLD_TOGETHER_MS = 10_000;
const MOST_KEYS = 1_000;

/**
 * Tells the first of equal events at once and those of the next seconds together, with how many they
 * were: whoever knocks at a closed door a thousand times a second must not fill the trail.
 */
export class Repetitions {
  readonly #record: (event: AuditEvent) => void;
  readonly #held = new Map<string, Held>();
  #timer: NodeJS.Timeout | undefined;

  constructor(record: (event: AuditEvent) => void) {
    this.#record = record;
  }

  note(sameness: string, event: AuditEvent): void {
    const hasRoom = this.#held.has(sameness) || this.#held.size < MOST_KEYS;
    const key = hasRoom ? sameness : `others of ${event.tenantId}`;
    const held = this.#held.get(key);
    if (held !== undefined) {
      held.last = event;
      held.times += 1;
      return;
    }
    this.#held.set(key, { last: event, times: 0 });
    this.#timer ??= setTimeout(() => this.settle(), TOLD_TOGETHER_MS).unref();
    this.#record(event);
  }

  /** Tells all that was held back. */
  settle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { last, times } of this.#held.values())
      if (times > 0) this.#record({ ...last, detail: { ...last.detail, times } });
    this.#held.clear();
  }
}
