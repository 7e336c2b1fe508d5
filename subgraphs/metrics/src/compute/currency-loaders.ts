import { BatchLoader } from "@allfunds/platform/graphql";

type LoadMany<Value> = (
  ids: readonly string[],
  reader: string | null,
) => Promise<ReadonlyMap<string, Value>>;

/** A loader for each currency of a reader: fields that ask for the same one are read together. */
export class CurrencyLoaders<Value> {
  readonly #loadMany: LoadMany<Value>;
  readonly #loaders = new Map<string | null, BatchLoader<Value>>();

  constructor(loadMany: LoadMany<Value>) {
    this.#loadMany = loadMany;
  }

  /** In the currency of the reader, or with null in its own. */
  load(id: string, reader: string | null): Promise<Value | undefined> {
    const loader =
      this.#loaders.get(reader) ?? new BatchLoader((ids) => this.#loadMany(ids, reader));
    this.#loaders.set(reader, loader);
    return loader.load(id);
  }
}
