import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import { LruCache } from "./lru-cache.ts";

const REMEMBERED = 5_000;

/** Remembers in this process only. */
export class MemoryCache implements KeyValueCache {
  readonly #entries = new LruCache<string, string>(REMEMBERED);

  async get(key: string): Promise<string | undefined> {
    return this.#entries.get(key);
  }

  async set(key: string, value: string): Promise<void> {
    this.#entries.set(key, value);
  }

  async delete(key: string): Promise<boolean> {
    return this.#entries.delete(key);
  }
}
