import { randomFrom } from "@allfunds/platform/testing";

/** Random choices that a seed repeats. */
export class Random {
  readonly below: (bound: number) => number;

  constructor(seed: number) {
    this.below = randomFrom(seed);
  }

  oneOf<Item>(items: readonly Item[]): Item | undefined {
    return items[this.below(items.length)];
  }

  chance(inTen: number): boolean {
    return this.below(10) < inTen;
  }
}
