import { AppError } from "@allfunds/contract/errors";
import { requestContext, type HttpServer } from "@allfunds/platform/http";
import { demandsOf, type BudgetPolicy } from "../guard/budget/spend-budget.ts";
import type { Tickets } from "./tickets.ts";

/** What a ticket costs: one caller alone must not push the tickets of others out of the store. */
const TICKET_POINTS = 1_000;

/** `POST /ticket`: a ticket with which a WebSocket can be opened in the caller's name, once. */
export function serveTickets(
  { app }: HttpServer,
  tickets: Tickets,
  budget: BudgetPolicy | undefined,
): void {
  app.post("/ticket", async (request, reply) => {
    const context = requestContext(request);
    if (budget !== undefined) {
      const demands = demandsOf({ context, address: request.ip }, budget);
      const points = Math.min(TICKET_POINTS, budget.client.capacity);
      const { taken, waitSeconds } = await budget.buckets.take(points, demands);
      if (!taken) {
        void reply.header("retry-after", Math.max(1, Math.ceil(waitSeconds)));
        throw new AppError("RATE_LIMITED", "The budget of this client is used up. Try again soon.");
      }
    }
    const { authorization = "" } = request.headers;
    const ticket = await tickets.issue(authorization, context.caller?.expiresAt);
    return reply.header("cache-control", "no-store").send(ticket);
  });
}
