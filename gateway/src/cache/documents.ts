import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import type { DocumentNode } from "graphql";
import { LruCache } from "./lru-cache.ts";

/** The memory for parsed documents, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;
/** A parsed document keeps its text, and takes about ten times as much when it is dense. */
const BYTES_PER_CHARACTER = 12;

/** Parsed documents by the digest of their text, for HTTP and sockets. */
export class Documents implements KeyValueCache<DocumentNode> {
  readonly #documents = new LruCache<string, DocumentNode>(
    MAX_BYTES,
    ({ loc }) => BYTES_PER_CHARACTER * (loc?.source.body.length ?? 0),
  );

  async get(key: string): Promise<DocumentNode | undefined> {
    return this.#documents.get(key);
  }

  async set(key: string, document: DocumentNode): Promise<void> {
    this.#documents.set(key, document);
  }

  async delete(key: string): Promise<boolean> {
    return this.#documents.delete(key);
  }
}
