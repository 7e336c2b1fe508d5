/** Where the search ended: the best point, its value, and what it cost. */
export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

export interface SearchLimits {
  /** First step in each direction. */
  readonly steps: Float64Array;
  /** The search ends when the values at the corners differ by less than this, relatively. */
  readonly tolerance: number;
  /** A budget counted in evaluations, not in time: equal input gives equal output on any machine. */
  readonly evaluations: number;
}

/**
 * Nelder and Mead's simplex search (1965) with the coefficients of Lagarias and others (1998):
 * reflection 1, expansion 2, contraction 1/2, shrinkage 1/2. `objective` gives Infinity outside its
 * region and must be finite at `start`; it may not keep the array it is given.
 */
export function minimize(
  objective: (point: Float64Array) => number,
  start: Float64Array,
  limits: SearchLimits,
): Minimum {
  const simplex = new Simplex(objective, start, limits.steps);
  while (simplex.evaluations < limits.evaluations && simplex.spread() > limits.tolerance) {
    simplex.improve();
  }
  return simplex.best();
}

class Simplex {
  evaluations = 0;
  readonly #objective: (point: Float64Array) => number;
  readonly #size: number;
  /** Corners in ascending order of their values. */
  readonly #corners: { point: Float64Array; value: number }[];
  readonly #centre: Float64Array;

  constructor(
    objective: (point: Float64Array) => number,
    start: Float64Array,
    steps: Float64Array,
  ) {
    this.#objective = objective;
    this.#size = start.length;
    this.#centre = new Float64Array(start.length);
    this.#corners = [this.#corner(start.slice())];
    for (let index = 0; index < start.length; index++) {
      const point = start.slice();
      point[index] = (point[index] ?? 0) + (steps[index] ?? 0);
      this.#corners.push(this.#corner(point));
    }
    this.#sort();
  }

  /** Difference of the worst and the best corner, relative to the size of their values. */
  spread(): number {
    const best = this.#at(0).value;
    const worst = this.#at(this.#size).value;
    if (!Number.isFinite(worst)) return Number.POSITIVE_INFINITY;
    return (worst - best) / (Math.abs(best) + Math.abs(worst) + 1e-30);
  }

  best(): Minimum {
    const { point, value } = this.#at(0);
    return { point, value, evaluations: this.evaluations };
  }

  /** Replaces the worst corner, or draws all of them towards the best one. */
  improve(): void {
    this.#findCentre();
    const reflected = this.#onLine(1);
    if (reflected.value < this.#at(0).value) {
      const expanded = this.#onLine(2);
      this.#replaceWorst(expanded.value < reflected.value ? expanded : reflected);
    } else if (reflected.value < this.#at(this.#size - 1).value) {
      this.#replaceWorst(reflected);
    } else {
      const outside = reflected.value < this.#at(this.#size).value;
      const contracted = this.#onLine(outside ? 0.5 : -0.5);
      const limit = outside ? reflected.value : this.#at(this.#size).value;
      if (contracted.value <= limit && contracted.value < Number.POSITIVE_INFINITY) {
        this.#replaceWorst(contracted);
      } else {
        this.#shrink();
      }
    }
  }

  #at(index: number): { point: Float64Array; value: number } {
    return this.#corners[index] ?? { point: this.#centre, value: Number.POSITIVE_INFINITY };
  }

  #corner(point: Float64Array): { point: Float64Array; value: number } {
    this.evaluations++;
    const value = this.#objective(point);
    return { point, value: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value };
  }

  #findCentre(): void {
    this.#centre.fill(0);
    for (let index = 0; index < this.#size; index++) {
      const { point } = this.#at(index);
      for (let axis = 0; axis < this.#size; axis++) {
        this.#centre[axis] = (this.#centre[axis] ?? 0) + (point[axis] ?? 0) / this.#size;
      }
    }
  }

  /** The point on the line from the worst corner through the centre, `factor` beyond the centre. */
  #onLine(factor: number): { point: Float64Array; value: number } {
    const worst = this.#at(this.#size).point;
    const point = this.#centre.map((value, axis) => value + factor * (value - (worst[axis] ?? 0)));
    return this.#corner(point);
  }

  #replaceWorst(corner: { point: Float64Array; value: number }): void {
    this.#corners[this.#size] = corner;
    this.#sort();
  }

  #shrink(): void {
    const best = this.#at(0).point;
    for (let index = 1; index <= this.#size; index++) {
      const { point } = this.#at(index);
      this.#corners[index] = this.#corner(
        point.map((value, axis) => ((best[axis] ?? 0) + value) / 2),
      );
    }
    this.#sort();
  }

  #sort(): void {
    this.#corners.sort((one, other) => one.value - other.value);
  }
}
