import type { BookState } from "./book-state.ts";

/** The books of tenants themselves, as far as they were read; shared by the queues of one instance. */
export class TenantBooks {
  readonly #states = new Map<string, BookState>();
  /** As they were before they may have moved. */
  readonly #earlier = new Map<string, BookState>();

  get(tenantId: string): BookState | undefined {
    return this.#states.get(tenantId);
  }

  /** A state from before the book may have moved, to be brought up to date; decisions still stand on the original. */
  copyOfEarlier(tenantId: string): BookState | undefined {
    return this.#earlier.get(tenantId)?.copy();
  }

  put(tenantId: string, state: BookState): void {
    this.#states.set(tenantId, state);
    this.#earlier.delete(tenantId);
  }

  /** It may have moved: to be read again before the next decision. */
  evict(tenantId: string): void {
    const state = this.#states.get(tenantId);
    if (state !== undefined) this.#earlier.set(tenantId, state);
    this.#states.delete(tenantId);
  }
}
