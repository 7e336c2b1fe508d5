import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts texts with AES-256-GCM. The purpose is authenticated with the text: a text encrypted for
 * one purpose decrypts for no other.
 */
export class Encryption {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync("sha256", secret, "", "allfunds web sessions", 32));
  }

  encrypt(text: string, purpose: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv).setAAD(Buffer.from(purpose));
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]);
  }

  /** The text; undefined when it was changed, or encrypted for another purpose or with another secret. */
  decrypt(encrypted: Buffer, purpose: string): string | undefined {
    if (encrypted.length < IV_BYTES + TAG_BYTES) return undefined;
    const tagEnd = IV_BYTES + TAG_BYTES;
    const decipher = createDecipheriv("aes-256-gcm", this.#key, encrypted.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(encrypted.subarray(IV_BYTES, tagEnd));
    try {
      return (
        decipher.update(encrypted.subarray(tagEnd), undefined, "utf8") + decipher.final("utf8")
      );
    } catch {
      return undefined;
    }
  }
}
