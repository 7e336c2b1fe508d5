const MS_PER_HOUR = 3_600_000;

/** The times of staged prices, in epoch milliseconds: what a merge has to know of them beforehand. */
export class StagedTimes {
  oldest = Infinity;
  newest = -Infinity;
  /** Every time is later than all before it, so none is there twice. */
  ascends = true;
  readonly #hours = new Set<number>();
  #hour = NaN;

  static of(times: Iterable<number>): StagedTimes {
    const staged = new StagedTimes();
    for (const ms of times) staged.add(ms);
    return staged;
  }

  add(ms: number): void {
    if (ms > this.newest) this.newest = ms;
    else this.ascends = false;
    if (ms < this.oldest) this.oldest = ms;
    const hour = Math.floor(ms / MS_PER_HOUR);
    if (hour === this.#hour) return;
    this.#hour = hour;
    this.#hours.add(hour);
  }

  /** The starts of the hours in UTC that have a price, in epoch seconds. */
  hours(): number[] {
    return Array.from(this.#hours, (hour) => (hour * MS_PER_HOUR) / 1_000);
  }
}
