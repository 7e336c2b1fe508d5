import type { Caller } from "@allfunds/contract/caller";
import { ERROR_CODES } from "@allfunds/contract/errors";
import { GraphQLError } from "graphql";
import type { BudgetExtension, Findings } from "../../operation/findings.ts";
import type { GatewayPlugin } from "../../operation/gateway-plugin.ts";
import type { OperationRequest } from "../../operation/operation-request.ts";
import { Refused } from "../../operation/refusal.ts";
import { networkOf } from "./network-of.ts";
import type { BucketDemand, Buckets, BucketSize, Verdict } from "./buckets.ts";

/** How many points clients may spend over time. */
export interface BudgetPolicy {
  readonly buckets: Buckets;
  readonly client: BucketSize;
  /** For all clients of a tenant together. */
  readonly tenant: BucketSize;
  /** For all clients of a tenant from one network together. */
  readonly address: BucketSize;
}

/** The points of an operation when operations are not costed. */
const UNPRICED_POINTS = 1;

/** Takes an operation's estimated cost from its client's budget. Throws RATE_LIMITED with the time to wait when it is too small. */
export const spendBudget = (policy: BudgetPolicy): GatewayPlugin => ({
  name: "budget",
  checkOperation: (request, found) => takePoints(request, found, policy),
});

/** Returns a promise only when the buckets have to ask elsewhere: awaiting costs a turn of the event loop. */
function takePoints(
  request: OperationRequest,
  found: Findings,
  policy: BudgetPolicy,
): Promise<void> | undefined {
  const demands = demandsOf(request, policy);
  const { client, buckets } = policy;
  // An allowed operation must fit into a full bucket, or waiting would never help.
  const points = Math.min(found.cost?.estimate.estimated ?? UNPRICED_POINTS, client.capacity);
  const verdict = buckets.take(points, demands);
  const note = (decided: Verdict): void => {
    const standing = {
      remaining: Math.max(0, Math.floor(decided.remaining)),
      capacity: client.capacity,
      refillPerSecond: client.refillPerSecond,
    };
    if (!decided.taken) throw new Refused([tooManyPoints(decided, standing)]);
    found.spending = { standing, settle: settlementOf(points, demands, buckets) };
  };
  if (verdict instanceof Promise) return verdict.then(note);
  note(verdict);
  return undefined;
}

/** Returns the points that were charged and not needed. */
function settlementOf(
  points: number,
  demands: readonly BucketDemand[],
  buckets: Buckets,
): (actual: number) => void {
  let settled = false;
  return (actual) => {
    // The events of a subscription after the first were not charged yet.
    const over = settled ? -actual : points - actual;
    settled = true;
    if (over !== 0) void buckets.giveBack(over, demands);
  };
}

interface LastDemands {
  readonly policy: BudgetPolicy;
  readonly tenantId: string;
  readonly address: string;
  readonly demands: readonly BucketDemand[];
}

/** Callers are cached by their token, and most send from one address. */
const lastDemands = new WeakMap<Caller, LastDemands>();

/** The buckets of a caller, its own first. */
export function demandsOf(
  request: Pick<OperationRequest, "context" | "address">,
  policy: BudgetPolicy,
): readonly BucketDemand[] {
  const { address } = request;
  const { caller, tenantId } = request.context;
  if (caller === undefined) return makeDemands(request, policy);
  const last = lastDemands.get(caller);
  if (last?.policy === policy && last.tenantId === tenantId && last.address === address)
    return last.demands;
  const demands = makeDemands(request, policy);
  lastDemands.set(caller, { policy, tenantId, address, demands });
  return demands;
}

function makeDemands(
  { context, address }: Pick<OperationRequest, "context" | "address">,
  { client, tenant, address: network }: BudgetPolicy,
): BucketDemand[] {
  // Buckets of one tenant share a hash slot, so that one script reads them in a cluster too.
  const prefix = `{${context.tenantId}}`;
  // A client without users has one budget; the users of an application have one each.
  const { caller } = context;
  const name = caller === undefined ? context.actor : `${caller.clientId}:${caller.subject}`;
  const source = networkOf(address);
  return [
    { key: `${prefix}:client:${name}`, ...client },
    { key: `${prefix}:tenant`, ...tenant },
    ...(source === undefined ? [] : [{ key: `${prefix}:address:${source}`, ...network }]),
  ];
}

function tooManyPoints(verdict: Verdict, standing: BudgetExtension): GraphQLError {
  const retryAfterSeconds = Math.max(1, Math.ceil(verdict.waitSeconds));
  return new GraphQLError(
    `This client has used up its budget. Try again in ${retryAfterSeconds} seconds.`,
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

/** The rate limit headers of an answer: the budget that is left, and when to retry after a refusal. */
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

/** The budget in a refusal, if it was refused for the budget. */
export const standingOf = (refusal: GraphQLError | undefined): BudgetExtension | undefined =>
  refusal?.extensions["budget"] as BudgetExtension | undefined;
