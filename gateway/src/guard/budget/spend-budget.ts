import { ERROR_CODES } from "@allfunds/contract/errors";
import { GraphQLError } from "graphql";
import type { Findings, OperationRequest } from "../operation-request.ts";
import { Refused } from "../refused.ts";
import { addressClass } from "./address-class.ts";
import type { BucketDemand, Buckets, BucketSize, Verdict } from "./buckets.ts";

/** How many points clients may spend over time. */
export interface BudgetPolicy {
  readonly buckets: Buckets;
  readonly client: BucketSize;
  /** Of all clients of a tenant together. */
  readonly tenant: BucketSize;
  /** Of all clients of a tenant from one neighbourhood together. */
  readonly address: BucketSize;
}

/** Where a client stands after an operation, in points. */
export interface BudgetExtension {
  readonly remaining: number;
  readonly capacity: number;
  readonly refillPerSecond: number;
}

export interface Spending {
  readonly standing: BudgetExtension;
  /** Gives back what an answer was estimated at and did not cost. */
  readonly settle: (actual: number) => void;
}

/** An operation that nobody has priced. */
const ONE_POINT = 1;

/** Takes what an operation may cost out of its client's budget, and says when to come back where there is too little. */
export async function spendBudget(
  request: OperationRequest,
  found: Findings,
  policy: BudgetPolicy,
): Promise<void> {
  const demands = demandsOf(request, policy);
  const { client, buckets } = policy;
  // What is allowed at all must fit into a full bucket, or waiting would never help.
  const points = Math.min(found.cost?.estimated.points ?? ONE_POINT, client.capacity);
  const verdict = await buckets.take(points, demands);
  const standing = {
    remaining: Math.max(0, Math.floor(verdict.remaining)),
    capacity: client.capacity,
    refillPerSecond: client.refillPerSecond,
  };
  if (!verdict.taken) throw new Refused([tooManyPoints(verdict, standing)]);
  let settled = false;
  found.spending = {
    standing,
    settle: (actual) => {
      // Events of a subscription after the first were not paid for yet.
      const over = settled ? -actual : points - actual;
      settled = true;
      if (over !== 0) void buckets.giveBack(over, demands);
    },
  };
}

/** The buckets a caller's points come out of: its own first. */
export function demandsOf(
  { context, address }: Pick<OperationRequest, "context" | "address">,
  { client, tenant, address: neighbourhood }: BudgetPolicy,
): BucketDemand[] {
  // Buckets of one tenant share a hash slot, so that one script can see them in a cluster too.
  const prefix = `{${context.tenantId}}`;
  // A program has one budget; an application's users have one each.
  const { caller } = context;
  const name = caller === undefined ? context.actor : `${caller.clientId}:${caller.subject}`;
  const place = addressClass(address);
  return [
    { key: `${prefix}:client:${name}`, ...client },
    { key: `${prefix}:tenant`, ...tenant },
    ...(place === undefined ? [] : [{ key: `${prefix}:address:${place}`, ...neighbourhood }]),
  ];
}

function tooManyPoints(verdict: Verdict, standing: BudgetExtension): GraphQLError {
  const retryAfterSeconds = Math.max(1, Math.ceil(verdict.waitSeconds));
  return new GraphQLError(
    `The budget of this client is used up. Try again in ${retryAfterSeconds} seconds.`,
    {
      extensions: {
        code: "RATE_LIMITED",
        retryAfterSeconds,
        budget: standing,
        http: {
          status: ERROR_CODES.RATE_LIMITED.status,
        },
      },
    },
  );
}
