import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { MemoryTicketStore, type TicketStore } from "./ticket-stores.ts";

/** Replaces a token once, where the token itself must not be: in a browser's page. */
export interface Ticket {
  readonly ticket: string;
  /** When it expires unused, RFC 3339 in UTC. */
  readonly expiresAt: string;
}

const TTL_SECONDS = 30;
const MAX_TICKET_LENGTH = 100;

/** Issues tickets and redeems each once. */
export class Tickets {
  readonly #shared: TicketStore | undefined;
  readonly #own = new MemoryTicketStore();

  /** `shared` is the store of all replicas; without it a ticket is valid at this replica. */
  constructor(shared?: TicketStore) {
    this.#shared = shared;
  }

  /** Issues a ticket for an `Authorization` header, valid for 30 seconds and not longer than its token. */
  async issue(authorization: string, tokenExpires: Date | undefined): Promise<Ticket> {
    const leftSeconds = ((tokenExpires?.getTime() ?? Infinity) - Date.now()) / 1000;
    const seconds = Math.max(1, Math.floor(Math.min(TTL_SECONDS, leftSeconds)));
    const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
    if (this.#shared !== undefined) {
      const ticket = await stored(this.#shared, authorization, seconds);
      if (ticket !== undefined) return { ticket, expiresAt };
    }
    // A new ticket: the first may be in the shared store after all, and would be valid twice.
    const ticket = (await stored(this.#own, authorization, seconds)) ?? "";
    return { ticket, expiresAt };
  }

  /** The header of a ticket; undefined when it is unknown, used or expired. */
  async redeem(ticket: string): Promise<string | undefined> {
    if (ticket.length > MAX_TICKET_LENGTH) return undefined;
    const id = ticketId(ticket);
    const sealed = (await this.#own.take(id)) ?? (await this.#shared?.take(id));
    return sealed === undefined ? undefined : unseal(ticket, sealed);
  }

  async close(): Promise<void> {
    await this.#shared?.close();
  }
}

async function stored(
  store: TicketStore,
  authorization: string,
  seconds: number,
): Promise<string | undefined> {
  const ticket = newTicket();
  const isStored = await store.put(ticketId(ticket), sealFor(ticket, authorization), seconds);
  return isStored ? ticket : undefined;
}

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const newTicket = (): string => randomBytes(32).toString("base64url");

const derived = (ticket: string, purpose: "id" | "key"): Buffer =>
  createHash("sha256").update(`${purpose}:${ticket}`).digest();

/** The key a ticket is stored under, which does not reveal the ticket. */
const ticketId = (ticket: string): string => derived(ticket, "id").toString("base64url");

/** Encrypts a text with its ticket, so that the store reveals no token. */
function sealFor(ticket: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, derived(ticket, "key"), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** Decrypts a text with its ticket. Throws when it was tampered with. */
function unseal(ticket: string, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const body = NONCE_BYTES + TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, derived(ticket, "key"), bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, body));
  return Buffer.concat([decipher.update(bytes.subarray(body)), decipher.final()]).toString("utf8");
}
