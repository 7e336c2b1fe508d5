/**
 * An async iterator that holds one value: a newer value replaces one that was not read yet,
 * so a slow reader never falls behind. Ending it also ends a read that is waiting.
 */
export class LatestValue<Value> implements AsyncIterableIterator<Value, undefined> {
  readonly #onEnd: () => void;
  #unread: { value: Value } | undefined;
  #waiting: ((result: IteratorResult<Value, undefined>) => void) | undefined;
  #ended = false;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  push(value: Value): void {
    if (this.#ended) return;
    if (this.#waiting === undefined) {
      this.#unread = { value };
      return;
    }
    const deliver = this.#waiting;
    this.#waiting = undefined;
    deliver({ done: false, value });
  }

  next(): Promise<IteratorResult<Value, undefined>> {
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    if (this.#unread !== undefined) {
      const { value } = this.#unread;
      this.#unread = undefined;
      return Promise.resolve({ done: false, value });
    }
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  return(): Promise<IteratorResult<Value, undefined>> {
    if (!this.#ended) {
      this.#ended = true;
      this.#waiting?.({ done: true, value: undefined });
      this.#onEnd();
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
