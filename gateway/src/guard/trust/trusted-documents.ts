import { readFile } from "node:fs/promises";
import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import { type DocumentNode, print, stripIgnoredCharacters } from "graphql";
import { z } from "zod";
import { persistedQueryHash } from "../../cache/persisted-queries.ts";
import { digestOf } from "../../operation/operation-request.ts";

const manifestSchema = z.strictObject({
  version: z.literal(1),
  documents: z.array(
    z.strictObject({ id: z.string(), client: z.string(), name: z.string(), body: z.string() }),
  ),
});

export type Manifest = z.output<typeof manifestSchema>;

/** The subgraph that answers questions: it sends its documents with the token of the caller. */
export const ANSWERING_SERVICE = "analytics";

/** The documents of the project's clients, by the digest of their canonical text. */
export class TrustedDocuments {
  readonly #bodies: ReadonlyMap<string, string>;
  /** The ids of each client that has documents of its own. */
  readonly #ofClient = new Map<string, Set<string>>();
  // Parsed documents are cached, so each is printed once.
  readonly #ids = new WeakMap<DocumentNode, string>();

  /** Throws when an entry's id is not the digest of its body. */
  constructor({ documents }: Manifest) {
    for (const { id, name, body, client } of documents) {
      if (id !== digestOf(body))
        throw new Error(
          `The trusted document "${name}" was changed after it was listed. Run "npm run compose".`,
        );
      const own = this.#ofClient.get(client) ?? new Set();
      this.#ofClient.set(client, own.add(id));
    }
    this.#bodies = new Map(documents.map(({ id, body }) => [id, body]));
  }

  static async load(file: string): Promise<TrustedDocuments> {
    const parsed = manifestSchema.safeParse(JSON.parse(await readFile(file, "utf8")));
    if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
    return new TrustedDocuments(parsed.data);
  }

  /** The text of the document with an id. */
  body(id: string): string | undefined {
    return this.#bodies.get(id);
  }

  /**
   * Whether a client may send the document. A client with documents of its own may send these and those of
   * the service that answers its questions; any other may send every listed one, because services such as
   * the REST bridge send requests for their callers.
   */
  has(document: DocumentNode, client: string | undefined): boolean {
    const id = this.#idOf(document);
    const own = client === undefined ? undefined : this.#ofClient.get(client);
    if (own === undefined) return this.#bodies.has(id);
    return own.has(id) || this.#ofClient.get(ANSWERING_SERVICE)?.has(id) === true;
  }

  #idOf(document: DocumentNode): string {
    const cached = this.#ids.get(document);
    if (cached !== undefined) return cached;
    const id = digestOf(canonicalText(document));
    this.#ids.set(document, id);
    return id;
  }
}

/** The text of a document without insignificant spaces, commas and comments. */
export const canonicalText = (document: DocumentNode): string =>
  stripIgnoredCharacters(print(document));

/** A cache of persisted queries that holds the trusted documents from the start. */
export const withTrustedDocuments = (
  cache: KeyValueCache,
  trusted: TrustedDocuments,
): KeyValueCache => ({
  get: async (key) => trusted.body(persistedQueryHash(key)) ?? cache.get(key),
  set: async (key, value, options) => cache.set(key, value, options),
  delete: async (key) => cache.delete(key),
});
