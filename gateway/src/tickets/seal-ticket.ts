import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export const newTicket = (): string => randomBytes(32).toString("base64url");

const derived = (ticket: string, purpose: "id" | "key"): Buffer =>
  createHash("sha256").update(`${purpose}:${ticket}`).digest();

/** The name a ticket is kept under, from which nobody can tell the ticket. */
export const ticketId = (ticket: string): string => derived(ticket, "id").toString("base64url");

/** Seals a text so that only the ticket opens it: whoever reads the store learns no token. */
export function sealFor(ticket: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, derived(ticket, "key"), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** Opens what was sealed for the ticket. Throws when it was tampered with. */
export function unseal(ticket: string, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const body = NONCE_BYTES + TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, derived(ticket, "key"), bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, body));
  return Buffer.concat([decipher.update(bytes.subarray(body)), decipher.final()]).toString("utf8");
}
