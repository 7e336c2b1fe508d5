import { AppError, type Violation } from "@allfunds/platform";
import {
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
  type DocumentNode,
  type OperationDefinitionNode,
} from "graphql";
import type { Graph } from "../supergraph/graph.ts";
import type { CallContext } from "./call-context.ts";
import type { Variables } from "./run-plan.ts";

/** A valid document on its way to being planned. */
export interface OperationRequest {
  readonly graph: Graph;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Variables;
  readonly transport: "http" | "websocket";
  readonly call: CallContext;
}

/** One rule every operation passes before it is planned; it throws an AppError to refuse. */
type RequestStep = (request: OperationRequest) => void;

/** The rules in their order, the same for HTTP and WebSocket. */
const REQUEST_STEPS: readonly RequestStep[] = [
  refuseUnknownOperation,
  refuseSubscriptionOverHttp,
  refuseWrongVariables,
];

/** Passes a request through all rules. Throws the first refusal. */
export function checkRequest(request: OperationRequest): void {
  for (const step of REQUEST_STEPS) step(request);
}

function refuseUnknownOperation(request: OperationRequest): void {
  operationOf(request);
}

function refuseSubscriptionOverHttp(request: OperationRequest): void {
  if (
    request.transport === "websocket" ||
    operationOf(request).operation !== OperationTypeNode.SUBSCRIPTION
  )
    return;
  throw new AppError(
    "INVALID_INPUT",
    "Subscriptions are served over WebSocket (graphql-ws) on this path.",
  );
}

const MOST_VIOLATIONS = 20;

function refuseWrongVariables(request: OperationRequest): void {
  const definitions = operationOf(request).variableDefinitions ?? [];
  const { errors } = getVariableValues(
    request.graph.apiSchema,
    definitions,
    { ...request.variables },
    { maxErrors: MOST_VIOLATIONS },
  );
  if (errors === undefined) return;
  const violations = errors.map(({ message }): Violation => ({
    path: variablePath(message),
    message,
  }));
  throw new AppError("INVALID_INPUT", violations[0]?.message ?? "The variables are not valid.", {
    violations,
  });
}

/** graphql-js tells the place only inside its sentence: `Variable "$input" got invalid value 5 at "input.amount"; ...` */
const variablePath = (message: string): string =>
  /at "([^"]+)";/.exec(message)?.[1] ?? /^Variable "\$([^"]+)"/.exec(message)?.[1] ?? "variables";

function operationOf({ document, operationName }: OperationRequest): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName);
  if (operation !== null && operation !== undefined) return operation;
  throw new AppError(
    "OPERATION_NOT_FOUND",
    operationName === undefined
      ? "The document has several operations; name the one to run in operationName."
      : `The document has no operation named "${operationName}".`,
  );
}
