import { createHash } from "node:crypto";
import { print, stripIgnoredCharacters, type DocumentNode } from "graphql";

/** A document's one text, whatever spaces, commas and comments it was written with. */
export const canonicalText = (document: DocumentNode): string =>
  stripIgnoredCharacters(print(document));

/** The SHA-256 of a text, hexadecimal. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
