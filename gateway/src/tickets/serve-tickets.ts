import { AppError } from "@allfunds/contract/errors";
import { type HttpServer, requestContext } from "@allfunds/platform/http";
import { type BudgetPolicy, demandsOf } from "../guard/budget/spend-budget.ts";
import type { Tickets } from "./tickets.ts";

/** The price of a ticket, so that one caller cannot evict the tickets of others from the store. */
const TICKET_POINTS = 1_000;

/** `POST /ticket`: a ticket that opens one WebSocket for the caller. */
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
        throw new AppError(
          "RATE_LIMITED",
          "This client has used up its budget. Try again after the time in Retry-After.",
        );
      }
    }
    const { authorization = "" } = request.headers;
    const ticket = await tickets.issue(authorization, context.caller?.expiresAt);
    return reply.header("cache-control", "no-store").send(ticket);
  });
}
