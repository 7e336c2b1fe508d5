import { SvelteMap } from "svelte/reactivity";
import type { ListedTransactionFragment } from "../graph/graph-types.generated.ts";

/** So many transactions are changed at once at most, as the ledger has it. */
export const MOST_SELECTED = 1_000;

/** The transactions that a reader selected in a list, wherever it is scrolled to. */
export class Selection {
  readonly #chosen = new SvelteMap<string, ListedTransactionFragment>();

  get size(): number {
    return this.#chosen.size;
  }
  get ids(): string[] {
    return [...this.#chosen.keys()];
  }
  has(id: string): boolean {
    return this.#chosen.has(id);
  }
  toggle(transaction: ListedTransactionFragment): void {
    if (!this.#chosen.delete(transaction.id)) this.add([transaction]);
  }
  add(transactions: readonly ListedTransactionFragment[]): void {
    for (const transaction of transactions) {
      if (this.#chosen.size < MOST_SELECTED) this.#chosen.set(transaction.id, transaction);
    }
  }
  clear(): void {
    this.#chosen.clear();
  }
}
