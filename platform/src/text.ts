import { AppError } from "@allfunds/contract/errors";

// Fatal instead of replacing invalid bytes with U+FFFD, which the client did not send.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of UTF-8 bytes; MALFORMED_BODY when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new AppError("MALFORMED_BODY", "The body is not valid UTF-8.", { cause });
  }
}

/**
 * True for a text with embeddings, overrides or isolates of the Unicode bidirectional algorithm. They display a text or
 * digits in another order than the stored one.
 */
export const hasBidirectionalControls = (text: string): boolean =>
  /[\u202A-\u202E\u2066-\u2069]/.test(text);
