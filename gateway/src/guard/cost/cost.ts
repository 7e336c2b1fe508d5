/**
 * A cost as the specification counts it, per subgraph: `field` is what running resolvers costs,
 * `type` what the objects they return cost. Both are upper bounds of what an operation can do.
 */
export class Cost {
  // Field and type cost of each subgraph in turn: plain numbers, because this is added up for every field.
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

  /** Cost points: the larger of field cost and type cost, so that neither a few dear calls nor many cheap objects go unseen. */
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

  /** Takes the larger of each part: the bound of two costs of which only one will be. */
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
