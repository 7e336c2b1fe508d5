import { randomUUID } from "node:crypto";

/** Tickets that open one connection each. */
export function createTickets() {
  const waiting = new Set<string>();
  return {
    issue: (): string => {
      const ticket = randomUUID();
      waiting.add(ticket);
      return ticket;
    },
    take: (ticket: unknown): boolean => typeof ticket === "string" && waiting.delete(ticket),
  };
}
