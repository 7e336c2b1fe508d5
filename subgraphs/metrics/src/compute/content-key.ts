import { createHash } from "node:crypto";

/** What identifies a computation: the numbers of its series, and everything else as JSON. */
type Part = Float64Array | string | number | boolean | null | readonly string[];

/**
 * A key made of the content itself, for a series without a version of its own: equal content is equal work,
 * whichever series it belongs to.
 */
export function contentKey(...parts: readonly Part[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    // The kind and the length keep one part from running into the next.
    if (part instanceof Float64Array) {
      hash.update(`numbers ${part.length}\n`);
      hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    } else {
      const text = JSON.stringify(part);
      hash.update(`json ${text.length}\n${text}`);
    }
  }
  return hash.digest("base64");
}
