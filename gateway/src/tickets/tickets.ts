import { MemoryTicketStore } from "./memory-ticket-store.ts";
import { newTicket, sealFor, ticketId, unseal } from "./seal-ticket.ts";
import type { TicketStore } from "./ticket-store.ts";

/** A ticket stands for a token once, where the token itself should not go: in a browser's page. */
export interface Ticket {
  readonly ticket: string;
  /** When it ends unused, RFC 3339 in UTC. */
  readonly expiresAt: string;
}

const GOOD_FOR_SECONDS = 30;
const LONGEST_TICKET = 100;

/** Makes tickets for callers and takes them back, each once. */
export class Tickets {
  readonly #shared: TicketStore | undefined;
  readonly #own = new MemoryTicketStore();

  /** `shared` is what all replicas see; without it a ticket is good at this replica. */
  constructor(shared?: TicketStore) {
    this.#shared = shared;
  }

  /** A ticket for this `Authorization` header, good for 30 seconds and not longer than its token. */
  async issue(authorization: string, tokenEnds: Date | undefined): Promise<Ticket> {
    const leftSeconds = ((tokenEnds?.getTime() ?? Infinity) - Date.now()) / 1000;
    const seconds = Math.max(1, Math.floor(Math.min(GOOD_FOR_SECONDS, leftSeconds)));
    const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
    if (this.#shared !== undefined) {
      const ticket = await kept(this.#shared, authorization, seconds);
      if (ticket !== undefined) return { ticket, expiresAt };
    }
    // Another one: the first may have reached the shared store after all, and would be good twice.
    const ticket = (await kept(this.#own, authorization, seconds)) ?? "";
    return { ticket, expiresAt };
  }

  /** The header a ticket stands for; undefined when it is unknown, used or too old. */
  async redeem(ticket: string): Promise<string | undefined> {
    if (ticket.length > LONGEST_TICKET) return undefined;
    const id = ticketId(ticket);
    const sealed = (await this.#own.take(id)) ?? (await this.#shared?.take(id));
    return sealed === undefined ? undefined : unseal(ticket, sealed);
  }

  async close(): Promise<void> {
    await this.#shared?.close();
  }
}

async function kept(
  store: TicketStore,
  authorization: string,
  seconds: number,
): Promise<string | undefined> {
  const ticket = newTicket();
  const isKept = await store.put(ticketId(ticket), sealFor(ticket, authorization), seconds);
  return isKept ? ticket : undefined;
}
