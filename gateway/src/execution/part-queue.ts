/** Passes what one side makes to another side that takes it when it can. */
export class PartQueue<Part> {
  readonly #parts: Part[] = [];
  #end: { readonly failure?: unknown } | undefined;
  #wake = Promise.withResolvers<void>();

  push(part: Part): void {
    this.#parts.push(part);
    this.#wake.resolve();
  }

  /** No more come; the other side gets the failure after the parts that came before. */
  end(failure?: unknown): void {
    this.#end ??= failure === undefined ? {} : { failure };
    this.#wake.resolve();
  }

  async *taken(): AsyncGenerator<Part> {
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
