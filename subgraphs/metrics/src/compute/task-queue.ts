/**
 * Waiting work by owner. Owners take turns, so one with much work delays another by one piece of it; the
 * work of one owner keeps its order.
 */
export class TaskQueue<Item> {
  /** The owner whose turn is next comes first. */
  readonly #owners = new Map<string, Set<Item>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  sizeOf(owner: string): number {
    return this.#owners.get(owner)?.size ?? 0;
  }

  add(owner: string, item: Item): void {
    const items = this.#owners.get(owner) ?? new Set<Item>();
    this.#owners.set(owner, items);
    if (items.has(item)) return;
    items.add(item);
    this.#size += 1;
  }

  /** Takes the next item; undefined when none waits. */
  next(): Item | undefined {
    const [first] = this.#owners;
    if (first === undefined) return undefined;
    const [owner, items] = first;
    this.#owners.delete(owner);
    const [item] = items;
    if (item === undefined) return undefined;
    items.delete(item);
    this.#size -= 1;
    if (items.size > 0) this.#owners.set(owner, items);
    return item;
  }

  /** Takes an item out of turn; false when it does not wait. */
  remove(owner: string, item: Item): boolean {
    const items = this.#owners.get(owner);
    if (items?.delete(item) !== true) return false;
    this.#size -= 1;
    if (items.size === 0) this.#owners.delete(owner);
    return true;
  }
}
