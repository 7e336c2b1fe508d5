interface Wanted<Value> {
  readonly key: string;
  readonly resolve: (value: Value | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Combines the single loads of one turn into one query.
 * It caches nothing between turns, so a long-lived subscription never sees an old value.
 */
export class BatchLoader<Value> {
  readonly #loadMany: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
  #wanted: Wanted<Value>[] = [];

  constructor(loadMany: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>) {
    this.#loadMany = loadMany;
  }

  load(key: string): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      this.#wanted.push({ key, resolve, reject });
      // Resolvers run in promise jobs; the next tick comes when all of those have run.
      if (this.#wanted.length === 1) {
        void Promise.resolve().then(() => process.nextTick(() => void this.#dispatch()));
      }
    });
  }

  async #dispatch(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = [];
    try {
      const values = await this.#loadMany([...new Set(wanted.map(({ key }) => key))]);
      for (const { key, resolve } of wanted) resolve(values.get(key));
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }
}
