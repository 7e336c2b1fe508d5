import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals texts with AES-256-GCM, each for one purpose: what was sealed for one opens for no other. */
export class Vault {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync("sha256", secret, "", "allfunds web sessions", 32));
  }

  seal(text: string, purpose: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv).setAAD(Buffer.from(purpose));
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]);
  }

  /** The text, or undefined when it was changed, sealed for another purpose or with another secret. */
  open(sealed: Buffer, purpose: string): string | undefined {
    if (sealed.length < IV_BYTES + TAG_BYTES) return undefined;
    const tagEnd = IV_BYTES + TAG_BYTES;
    const decipher = createDecipheriv("aes-256-gcm", this.#key, sealed.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(sealed.subarray(IV_BYTES, tagEnd));
    try {
      return decipher.update(sealed.subarray(tagEnd), undefined, "utf8") + decipher.final("utf8");
    } catch {
      return undefined;
    }
  }
}
