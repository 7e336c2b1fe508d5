/** The most that waits in a queue. */
export interface QueueLimits {
  readonly events: number;
  readonly bytes: number;
}

/** Queued events for a consumer that takes them in order; never more than the limits. */
export class EventQueue<Event> {
  readonly #limits: QueueLimits;
  readonly #events: { readonly event: Event; readonly bytes: number }[] = [];
  #bytes = 0;
  #waiting: ((event: Event | undefined) => void) | undefined;
  #closed = false;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Adds an event of a size; false when the queue is full. An event larger than the limit fits alone. */
  push(event: Event, bytes = 0): boolean {
    if (this.#closed) return true;
    if (this.#waiting !== undefined) {
      this.#deliver(event);
      return true;
    }
    if (this.#events.length >= this.#limits.events) return false;
    if (this.#events.length > 0 && this.#bytes + bytes > this.#limits.bytes) return false;
    this.#events.push({ event, bytes });
    this.#bytes += bytes;
    return true;
  }

  /** Ends the queue. Queued events are still delivered, and an optional last one after them. */
  end(lastEvent?: Event): void {
    if (this.#closed) return;
    this.#closed = true;
    if (lastEvent !== undefined) this.#events.push({ event: lastEvent, bytes: 0 });
    if (this.#waiting !== undefined) this.#deliver(this.takeQueued());
  }

  /** Drops the queued events and ends the queue with at most one last event. */
  cut(lastEvent?: Event): void {
    this.#events.length = 0;
    this.#bytes = 0;
    this.end(lastEvent);
  }

  /** The next event as soon as there is one; undefined at the end. One consumer at a time. */
  async take(): Promise<Event | undefined> {
    if (this.#events.length > 0 || this.#closed) return this.takeQueued();
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** The next event if it is there already. */
  takeQueued(): Event | undefined {
    const next = this.#events.shift();
    this.#bytes -= next?.bytes ?? 0;
    return next?.event;
  }

  #deliver(event: Event | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(event);
  }
}
