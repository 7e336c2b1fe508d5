/** Passes what one side makes to another side that takes it when it can. */
export class PartQueue<Part> {
  readonly #onLeft: () => void;
  readonly #parts: Part[] = [];
  #end: { readonly failure?: unknown } | undefined;
  #wake = Promise.withResolvers<void>();

  /** `onLeft` is called when the other side wants no more. */
  constructor(onLeft: () => void) {
    this.#onLeft = onLeft;
  }

  push(part: Part): void {
    this.#parts.push(part);
    this.#wake.resolve();
  }

  /** No more come; the other side gets the failure after the parts that came before. */
  end(failure?: unknown): void {
    this.#end ??= failure === undefined ? {} : { failure };
    this.#wake.resolve();
  }

  taken(): AsyncGenerator<Part> {
    const taken = this.#take();
    const leave = taken.return.bind(taken);
    // A generator's own `return` waits for the part that it waits for.
    return Object.assign(taken, {
      return: async (value: unknown) => {
        this.#onLeft();
        this.end();
        return leave(value);
      },
    });
  }

  async *#take(): AsyncGenerator<Part> {
    for (;;) {
      const part = this.#parts.shift();
      if (part !== undefined) {
        yield part;
        continue;
      }
      if (this.#end !== undefined) {
        if ("failure" in this.#end) throw this.#end.failure;
        return;
      }
      this.#wake = Promise.withResolvers();
      await this.#wake.promise;
    }
  }
}
