import { readFile } from "node:fs/promises";
import type { DocumentNode } from "graphql";
import { z } from "zod";
import { canonicalText, sha256 } from "./canonical-document.ts";

const manifestSchema = z.strictObject({
  version: z.literal(1),
  documents: z.array(
    z.strictObject({ id: z.string(), client: z.string(), name: z.string(), body: z.string() }),
  ),
});

export type Manifest = z.output<typeof manifestSchema>;

/** The documents our own clients send, known by the SHA-256 of their canonical text. */
export class TrustedDocuments {
  readonly #bodies: ReadonlyMap<string, string>;
  /** The ids of each client that has documents of its own. */
  readonly #ofClient = new Map<string, Set<string>>();
  // Documents come from caches of parsed texts, so each is printed once.
  readonly #ids = new WeakMap<DocumentNode, string>();

  /** Throws when an entry is not what its id says. */
  constructor({ documents }: Manifest) {
    for (const { id, name, body, client } of documents) {
      if (id !== sha256(body))
        throw new Error(`The trusted document "${name}" has been changed since it was listed.`);
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

  /** The text of a document that is asked for by its id alone. */
  body(id: string): string | undefined {
    return this.#bodies.get(id);
  }

  /**
   * Whether a client may send the document: one that has documents of its own may send these, any
   * other all that are listed, because services such as the REST bridge ask in their callers' names.
   */
  has(document: DocumentNode, client: string | undefined): boolean {
    const id = this.#idOf(document);
    const own = client === undefined ? undefined : this.#ofClient.get(client);
    return own?.has(id) ?? this.#bodies.has(id);
  }

  #idOf(document: DocumentNode): string {
    const known = this.#ids.get(document);
    if (known !== undefined) return known;
    const id = sha256(canonicalText(document));
    this.#ids.set(document, id);
    return id;
  }
}
