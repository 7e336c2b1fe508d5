/** The latest values of a series, always in ascending order, so that a median costs no sorting. */
export class SortedWindow {
  readonly #longest: number;
  readonly #arrived: number[] = [];
  readonly #sorted: number[] = [];

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Ascending. Changes with the next value. */
  get sorted(): readonly number[] {
    return this.#sorted;
  }

  /** Takes a value in; the oldest leaves when there are too many. */
  push(value: number): void {
    this.#arrived.push(value);
    this.#sorted.splice(placeOf(value, this.#sorted), 0, value);
    if (this.#arrived.length <= this.#longest) return;
    const oldest = this.#arrived.shift() as number;
    this.#sorted.splice(placeOf(oldest, this.#sorted), 1);
  }
}

/** Where the first value stands that is not smaller. */
function placeOf(value: number, sorted: readonly number[]): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] as number) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
