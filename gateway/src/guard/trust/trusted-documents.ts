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
  // Documents come from caches of parsed texts, so each is printed once.
  readonly #known = new WeakMap<DocumentNode, boolean>();

  /** Throws when an entry is not what its id says. */
  constructor({ documents }: Manifest) {
    for (const { id, name, body } of documents) {
      if (id !== sha256(body))
        throw new Error(`The trusted document "${name}" has been changed since it was listed.`);
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

  has(document: DocumentNode): boolean {
    const known = this.#known.get(document);
    if (known !== undefined) return known;
    const has = this.#bodies.has(sha256(canonicalText(document)));
    this.#known.set(document, has);
    return has;
  }
}
