/** One value for each pair of objects, made on first use and kept as long as both objects live. */
export class WeakPairMap<One extends object, Other extends object, Value> {
  readonly #values = new WeakMap<One, WeakMap<Other, Value>>();

  get(one: One, other: Other, make: () => Value): Value {
    let ofOne = this.#values.get(one);
    if (ofOne === undefined) this.#values.set(one, (ofOne = new WeakMap()));
    const cached = ofOne.get(other);
    if (cached !== undefined) return cached;
    const value = make();
    ofOne.set(other, value);
    return value;
  }
}
