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

/** A corner of the simplex; its memory is used again when it is replaced. */
interface Corner {
  readonly point: Float64Array;
  value: number;
}

class Simplex {
  evaluations = 0;
  readonly #objective: (point: Float64Array) => number;
  readonly #size: number;
  /** Corners in ascending order of their values. */
  readonly #corners: Corner[] = [];
  readonly #centre: Float64Array;
  readonly #spare: Corner[];

  constructor(
    objective: (point: Float64Array) => number,
    start: Float64Array,
    steps: Float64Array,
  ) {
    this.#objective = objective;
    this.#size = start.length;
    this.#centre = new Float64Array(start.length);
    this.#spare = [0, 1].map(() => ({ point: start.slice(), value: Number.NaN }));
    this.#insert(this.#evaluated({ point: start.slice(), value: Number.NaN }));
    for (let index = 0; index < start.length; index++) {
      const point = start.slice();
      point[index] = (point[index] ?? 0) + (steps[index] ?? 0);
      this.#insert(this.#evaluated({ point, value: Number.NaN }));
    }
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
      const isBetter = expanded.value < reflected.value;
      this.#spare.push(isBetter ? reflected : expanded);
      this.#replaceWorst(isBetter ? expanded : reflected);
    } else if (reflected.value < this.#at(this.#size - 1).value) {
      this.#replaceWorst(reflected);
    } else {
      this.#contract(reflected);
    }
  }

  #contract(reflected: Corner): void {
    const worst = this.#at(this.#size).value;
    const outside = reflected.value < worst;
    const limit = outside ? reflected.value : worst;
    this.#spare.push(reflected);
    const contracted = this.#onLine(outside ? 0.5 : -0.5);
    if (contracted.value <= limit && contracted.value < Number.POSITIVE_INFINITY) {
      this.#replaceWorst(contracted);
    } else {
      this.#spare.push(contracted);
      this.#shrink();
    }
  }

  #at(index: number): Corner {
    return this.#corners[index] ?? { point: this.#centre, value: Number.POSITIVE_INFINITY };
  }

  #evaluated(corner: Corner): Corner {
    this.evaluations++;
    const value = this.#objective(corner.point);
    corner.value = Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
    return corner;
  }

  #findCentre(): void {
    const [centre, size] = [this.#centre, this.#size];
    centre.fill(0);
    for (let index = 0; index < size; index++) {
      const { point } = this.#at(index);
      for (let axis = 0; axis < size; axis++) centre[axis] = centre[axis]! + point[axis]! / size;
    }
  }

  /** The point on the line from the worst corner through the centre, `factor` beyond the centre. */
  #onLine(factor: number): Corner {
    const [centre, worst] = [this.#centre, this.#at(this.#size).point];
    const corner = this.#spare.pop() ?? { point: centre.slice(), value: Number.NaN };
    for (let axis = 0; axis < this.#size; axis++) {
      const value = centre[axis]!;
      corner.point[axis] = value + factor * (value - worst[axis]!);
    }
    return this.#evaluated(corner);
  }

  #replaceWorst(corner: Corner): void {
    const worst = this.#corners.pop();
    if (worst !== undefined) this.#spare.push(worst);
    this.#insert(corner);
  }

  #shrink(): void {
    const best = this.#at(0).point;
    for (const corner of this.#corners.splice(1)) {
      for (let axis = 0; axis < this.#size; axis++) {
        corner.point[axis] = (best[axis]! + corner.point[axis]!) / 2;
      }
      this.#insert(this.#evaluated(corner));
    }
  }

  /** Behind the corners of the same value. */
  #insert(corner: Corner): void {
    const corners = this.#corners;
    let place = corners.length;
    while (place > 0 && corners[place - 1]!.value > corner.value) place--;
    corners.splice(place, 0, corner);
  }
}
