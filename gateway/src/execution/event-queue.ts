/** Queued events for a consumer that takes them one at a time, in order; never more than the limit. */
export class EventQueue<Event> {
  readonly #limit: number;
  readonly #events: Event[] = [];
  #waiting: ((event: Event | undefined) => void) | undefined;
  #closed = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds an event; false when the queue is full. */
  push(event: Event): boolean {
    if (this.#closed) return true;
    if (this.#waiting !== undefined) {
      this.#deliver(event);
      return true;
    }
    if (this.#events.length >= this.#limit) return false;
    this.#events.push(event);
    return true;
  }

  /** Ends the queue. Queued events are still delivered, and an optional last one after them. */
  end(lastEvent?: Event): void {
    if (this.#closed) return;
    this.#closed = true;
    if (lastEvent !== undefined) this.#events.push(lastEvent);
    if (this.#waiting !== undefined) this.#deliver(this.#events.shift());
  }

  /** Drops the queued events and ends the queue with at most one last event. */
  cut(lastEvent?: Event): void {
    this.#events.length = 0;
    this.end(lastEvent);
  }

  /** The next event as soon as there is one; undefined at the end. One consumer at a time. */
  async take(): Promise<Event | undefined> {
    if (this.#events.length > 0 || this.#closed) return this.#events.shift();
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #deliver(event: Event | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(event);
  }
}
