import { AppError, ERROR_CODES, invalidInput } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import { GraphQLError } from "graphql";
import type { CostExtension, CostReport, Findings } from "../../operation/findings.ts";
import type { GatewayPlugin } from "../../operation/gateway-plugin.ts";
import type { OperationRequest } from "../../operation/operation-request.ts";
import { codedError, Refused } from "../../operation/refusal.ts";
import type { Cost } from "./cost.ts";
import type { OperationCost } from "./operation-cost.ts";
import { pricedOperation } from "./priced-operation.ts";

/** How much an operation may cost, in points. */
export interface CostPolicy {
  /** `measure` reports costs and refuses nothing. */
  readonly mode: "measure" | "enforce";
  /** The most points of one operation. */
  readonly perOperation: number;
  /** The most points of one operation of a client with a limit of its own, by client id. */
  readonly perClient: Readonly<Record<string, number>>;
  /** The most points of one operation at a subgraph; a subgraph above it is not called, the others are. */
  readonly perSubgraph: Readonly<Record<string, number>>;
  /** Items of a list without a stated size. */
  readonly assumedListSize: number;
}

export const STANDARD_COST_POLICY: CostPolicy = {
  mode: "enforce",
  perOperation: 50_000,
  perClient: {},
  perSubgraph: {},
  // The size of a page without `first`.
  assumedListSize: 20,
};

/** Estimates an operation's cost and refuses one above the limit, before any subgraph is called. */
export const limitCost = (policy: CostPolicy): GatewayPlugin => ({
  name: "cost",
  checkOperation: (request, found) => priceOperation(request, found, policy),
});

function priceOperation(request: OperationRequest, found: Findings, policy: CostPolicy): void {
  const operation = pricedOperation(request, found, policy);
  const estimated = estimateOf(operation);
  const limit = limitFor(clientOf(request.context), policy);
  const { subgraphs } = request.graph.costs;
  found.cost = reportOf(operation, estimated, limit, subgraphs);
  if (policy.mode === "measure") return;

  const [unclear] = operation.unclearLists;
  if (unclear !== undefined)
    throw invalidInput(unclear, "needs exactly one of its arguments that size the list");
  if (estimated.points > limit) throw new Refused([tooExpensive(found.cost.estimate)]);
  for (const [name, most] of Object.entries(policy.perSubgraph)) {
    const index = subgraphs.indexOf(name);
    if (index >= 0 && estimated.pointsOf(index) > most)
      found.withheld.set(name, overBudget(name, most));
  }
}

/** A client may be named `constructor`, which objects inherit. */
const limitFor = (client: string, { perClient, perOperation }: CostPolicy): number =>
  Object.hasOwn(perClient, client) ? (perClient[client] ?? perOperation) : perOperation;

/** The client application, whichever user it acts for. */
const clientOf = ({ caller, actor }: RequestContext): string => caller?.clientId ?? actor;

function estimateOf(operation: OperationCost): Cost {
  try {
    return operation.estimate();
  } catch (error) {
    // An argument that is null through a variable where the schema requires a value.
    if (error instanceof GraphQLError) throw new Refused([codedError(error, "INVALID_INPUT")]);
    throw error;
  }
}

/** Reports by the client's limit: clients repeat operations of one price, and only the count of an answer is new each time. */
const reports = new WeakMap<OperationCost, Map<number, CostReport>>();

function reportOf(
  operation: OperationCost,
  estimated: Cost,
  limit: number,
  subgraphs: readonly string[],
): CostReport {
  const ofOperation = reports.get(operation) ?? new Map<number, CostReport>();
  reports.set(operation, ofOperation);
  const report = ofOperation.get(limit) ?? makeReport(operation, estimated, limit, subgraphs);
  ofOperation.set(limit, report);
  return report;
}

function makeReport(
  operation: OperationCost,
  bound: Cost,
  limit: number,
  subgraphs: readonly string[],
): CostReport {
  const estimated = bound.points;
  const charged = subgraphs
    .map((name, index) => ({ name, index, points: bound.pointsOf(index) }))
    .filter(({ points }) => points !== 0);
  return {
    estimate: {
      estimated,
      limit,
      subgraphs: Object.fromEntries(
        charged.map(({ name, points }) => [name, { estimated: points }]),
      ),
    },
    withAnswer: (data) => {
      const counted = operation.actual(data);
      const ofEach: Record<string, { estimated: number; actual: number }> = {};
      for (const { name, index, points } of charged)
        ofEach[name] = { estimated: points, actual: counted.pointsOf(index) };
      return { estimated, actual: counted.points, limit, subgraphs: ofEach };
    },
  };
}

const tooExpensive = (cost: CostExtension): GraphQLError =>
  new GraphQLError(
    `The operation may cost ${cost.estimated} points; at most ${cost.limit} are allowed. Request shorter lists.`,
    {
      extensions: {
        code: "COST_LIMIT_EXCEEDED",
        http: { status: ERROR_CODES.COST_LIMIT_EXCEEDED.status },
        cost,
      },
    },
  );

const overBudget = (subgraph: string, most: number): AppError =>
  new AppError(
    "COST_LIMIT_EXCEEDED",
    `The operation may cost the ${subgraph} service more than the ${most} points allowed.`,
  );
