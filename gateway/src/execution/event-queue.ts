/** Events waiting for a consumer that pulls them one at a time, in order, never more than a limit. */
export class EventQueue<Event> {
  readonly #limit: number;
  readonly #events: Event[] = [];
  #waiting: ((taken: Event | undefined) => void) | undefined;
  #closed = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds an event; false when the consumer is too far behind to take it. */
  push(event: Event): boolean {
    if (this.#closed) return true;
    if (this.#waiting !== undefined) {
      this.#hand(event);
      return true;
    }
    if (this.#events.length >= this.#limit) return false;
    this.#events.push(event);
    return true;
  }

  /** No more events; those already here are still taken. A last word may follow them. */
  end(lastEvent?: Event): void {
    if (this.#closed) return;
    this.#closed = true;
    if (lastEvent !== undefined) this.#events.push(lastEvent);
    if (this.#waiting !== undefined) this.#hand(this.#events.shift());
  }

  /** Forgets what waits, leaving at most one last event. */
  cut(lastEvent?: Event): void {
    this.#events.length = 0;
    this.end(lastEvent);
  }

  /** The next event, as soon as there is one; undefined at the end. One taker at a time. */
  async take(): Promise<Event | undefined> {
    if (this.#events.length > 0 || this.#closed) return this.#events.shift();
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #hand(event: Event | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(event);
  }
}
