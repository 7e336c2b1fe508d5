import { AppError, ERROR_CODES, invalidInput } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import { GraphQLError } from "graphql";
import type { Findings, OperationRequest } from "../operation-request.ts";
import { codedError, Refused } from "../refused.ts";
import { CostReport } from "./cost-report.ts";
import type { CostPolicy } from "./cost-policy.ts";
import type { OperationCost } from "./operation-cost.ts";
import { pricedOperation } from "./priced-operation.ts";

/** Estimates what an operation costs and refuses what is too dear, before any subgraph is asked. */
export function limitCost(request: OperationRequest, found: Findings, policy: CostPolicy): void {
  const operation = pricedOperation(request, found, policy);
  const estimated = estimateOf(operation);
  const limit = policy.perClient[clientOf(request.context)] ?? policy.perOperation;
  const { subgraphs } = request.graph.costs;
  found.cost = new CostReport(operation, estimated, limit, subgraphs);
  if (policy.mode === "measure") return;

  const [unclear] = operation.unclearLists;
  if (unclear !== undefined)
    throw invalidInput(unclear, "needs exactly one of its arguments that size the list");
  if (estimated.points > limit) throw new Refused([tooDear(found.cost)]);
  for (const [index, name] of subgraphs.entries()) {
    const most = policy.perSubgraph[name] ?? Number.POSITIVE_INFINITY;
    if (estimated.pointsOf(index) > most) found.withheld.set(name, overBudget(name, most));
  }
}

/** The application that asks, whoever uses it. */
const clientOf = ({ caller, actor }: RequestContext): string => caller?.clientId ?? actor;

function estimateOf(operation: OperationCost) {
  try {
    return operation.estimate();
  } catch (error) {
    // An argument that is null through a variable, where the schema wants a value.
    if (error instanceof GraphQLError) throw new Refused([codedError(error, "INVALID_INPUT")]);
    throw error;
  }
}

const tooDear = (report: CostReport): GraphQLError =>
  new GraphQLError(
    `The operation may cost ${report.estimated.points} points; at most ${report.limit} are allowed. Ask for shorter lists.`,
    {
      extensions: {
        code: "COST_LIMIT_EXCEEDED",
        http: { status: ERROR_CODES.COST_LIMIT_EXCEEDED.status },
        cost: report.extension(),
      },
    },
  );

const overBudget = (subgraph: string, most: number): AppError =>
  new AppError(
    "COST_LIMIT_EXCEEDED",
    `The operation may cost the ${subgraph} service more than the ${most} points allowed.`,
  );
