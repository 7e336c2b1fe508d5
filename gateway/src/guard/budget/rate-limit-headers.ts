import type { GraphQLError } from "graphql";
import type { BudgetExtension } from "./spend-budget.ts";

/** Tells a client in the headers of an answer where its budget stands, and when to come back if it was refused. */
export function rateLimitHeaders(
  standing: BudgetExtension,
  refusal?: GraphQLError,
): Record<string, string> {
  const wait = refusal?.extensions["retryAfterSeconds"];
  const seconds = Math.ceil(standing.capacity / standing.refillPerSecond);
  return {
    "RateLimit-Policy": `"cost";q=${standing.capacity};w=${seconds}`,
    RateLimit: `"cost";r=${standing.remaining};t=${typeof wait === "number" ? wait : 0}`,
    ...(typeof wait === "number" ? { "Retry-After": String(wait) } : {}),
  };
}

/** Where the budget stands that a refusal tells of, if it is one for the budget. */
export const standingOf = (refusal: GraphQLError | undefined): BudgetExtension | undefined =>
  refusal?.extensions["budget"] as BudgetExtension | undefined;
