import { requestContext, type HttpServer } from "@allfunds/platform";
import type { Tickets } from "./tickets.ts";

/** `POST /ticket`: a ticket with which a WebSocket can be opened in the caller's name, once. */
export function serveTickets({ app }: HttpServer, tickets: Tickets): void {
  app.post("/ticket", async (request, reply) => {
    const { caller } = requestContext(request);
    const ticket = await tickets.issue(request.headers.authorization ?? "", caller?.expiresAt);
    return reply.header("cache-control", "no-store").send(ticket);
  });
}
