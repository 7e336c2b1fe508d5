/**
 * A cost as the specification counts it, per subgraph: `field` for calls of resolvers, `type` for the objects
 * they return.
 */
export class Cost {
  // Field and type cost of each subgraph in turn: plain numbers, because they are added for every field.
  readonly #parts: Float64Array;

  constructor(parts: Float64Array) {
    this.#parts = parts;
  }

  static none(subgraphs: number): Cost {
    return new Cost(new Float64Array(2 * Math.max(1, subgraphs)));
  }

  get field(): number {
    return this.#sum(0);
  }

  get type(): number {
    return this.#sum(1);
  }

  /** Cost points: the larger of field cost and type cost, so that both a few expensive calls and many cheap objects count. */
  get points(): number {
    return Math.max(this.field, this.type);
  }

  /** Points of one subgraph. */
  pointsOf(subgraph: number): number {
    return Math.max(this.#parts[2 * subgraph] ?? 0, this.#parts[2 * subgraph + 1] ?? 0);
  }

  charge(subgraph: number, field: number, type: number): void {
    this.#parts[2 * subgraph] = (this.#parts[2 * subgraph] ?? 0) + field;
    this.#parts[2 * subgraph + 1] = (this.#parts[2 * subgraph + 1] ?? 0) + type;
  }

  add(other: Cost, times = 1): void {
    for (let index = 0; index < this.#parts.length; index += 1)
      this.#parts[index] = (this.#parts[index] ?? 0) + times * (other.#parts[index] ?? 0);
  }

  /** Takes the larger of each part: the bound of two alternative costs. */
  widen(other: Cost): void {
    for (let index = 0; index < this.#parts.length; index += 1)
      this.#parts[index] = Math.max(this.#parts[index] ?? 0, other.#parts[index] ?? 0);
  }

  #sum(offset: number): number {
    let sum = 0;
    for (let index = offset; index < this.#parts.length; index += 2) sum += this.#parts[index] ?? 0;
    return sum;
  }
}
