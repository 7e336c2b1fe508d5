/** A browser lays out elements of some ten million pixels at most; longer lists share theirs out. */
const MOST_PIXELS = 8_000_000;

/** Rows from one on; the second is not included. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Where a list stands that may be longer than a scroll bar can be. Short ways move it pixel by pixel; a jump of
 * the bar moves it in proportion, so that every row can be reached.
 */
export class LongScroll {
  readonly #rowHeight: number;
  #rows = 0;
  #view = 0;
  /** Pixels from the beginning of the list. */
  #top = 0;
  /** Pixels of the bar. */
  #bar = 0;

  constructor(rowHeight: number) {
    this.#rowHeight = rowHeight;
  }

  /** The height that gives the bar its length. */
  get height(): number {
    return Math.min(this.#length, Math.max(MOST_PIXELS, this.#view));
  }

  /** The rows that can be seen, and so many more on each side. */
  visible(margin: number): RowRange {
    const from = Math.floor(this.#top / this.#rowHeight) - margin;
    const to = Math.ceil((this.#top + this.#view) / this.#rowHeight) + margin;
    return { from: Math.max(0, from), to: Math.min(this.#rows, to) };
  }

  /** Where a row is drawn inside the scrolled element. */
  placeOf(row: number): number {
    return this.#bar + row * this.#rowHeight - this.#top;
  }

  resize(rows: number, viewHeight: number): void {
    this.#rows = rows;
    this.#view = viewHeight;
    this.#top = Math.min(this.#top, this.#most);
    this.#bar = Math.min(this.#bar, this.#mostBar);
  }

  /** Follows the bar. */
  moveTo(bar: number): void {
    const way = bar - this.#bar;
    this.#bar = bar;
    const isShort = Math.abs(way) <= this.#view && bar > 0 && bar < this.#mostBar;
    if (this.#most === this.#mostBar) this.#top = bar;
    else this.#top = isShort ? this.#within(this.#top + way) : this.#inProportion(bar);
  }

  /** Brings the bar to where the list is, after short ways; returns the new place of the bar. */
  settle(): number {
    if (this.#most > this.#mostBar)
      this.#bar = Math.round((this.#top / this.#most) * this.#mostBar);
    return this.#bar;
  }

  /** Moves so that the whole row is seen; returns the new place of the bar. */
  show(row: number): number {
    const top = row * this.#rowHeight;
    if (top < this.#top) this.#top = this.#within(top);
    const least = top + this.#rowHeight - this.#view;
    if (least > this.#top) this.#top = this.#within(least);
    if (this.#most === this.#mostBar) this.#bar = this.#top;
    return this.settle();
  }

  get #length(): number {
    return this.#rows * this.#rowHeight;
  }
  get #most(): number {
    return Math.max(0, this.#length - this.#view);
  }
  get #mostBar(): number {
    return Math.max(0, this.height - this.#view);
  }
  #within(top: number): number {
    return Math.min(Math.max(0, top), this.#most);
  }
  #inProportion(bar: number): number {
    return this.#mostBar === 0 ? 0 : this.#within((bar / this.#mostBar) * this.#most);
  }
}
