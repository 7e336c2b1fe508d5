/** Turns each item into none, one or more; ending this iteration ends the source's. */
export function transform<From, To>(
  source: AsyncIterable<From>,
  change: (item: From) => readonly To[],
): AsyncIterableIterator<To> {
  const items = source[Symbol.asyncIterator]();
  let ready: readonly To[] = [];
  let used = 0;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (used >= ready.length) {
        const { value, done } = await items.next();
        if (done === true) return { value: undefined, done: true };
        ready = change(value);
        used = 0;
      }
      const value = ready[used] as To;
      used += 1;
      return { value, done: false };
    },
    async return() {
      await items.return?.();
      return { value: undefined, done: true };
    },
  };
}
