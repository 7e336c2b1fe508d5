import { AppError } from "@allfunds/platform";
import {
  getOperationAST,
  OperationTypeNode,
  type DocumentNode,
  type OperationDefinitionNode,
} from "graphql";
import type { CallContext } from "../execution/call-context.ts";
import type { Variables } from "../execution/run-plan.ts";
import type { Graph } from "../supergraph/graph.ts";

/** A parsed document on its way through the guard. */
export interface OperationRequest {
  readonly graph: Graph;
  readonly document: DocumentNode;
  /** The document's text. */
  readonly source: string;
  readonly operationName: string | undefined;
  readonly variables: Variables;
  readonly transport: "http" | "websocket";
  readonly call: CallContext;
}

/** The operation of the document that is to run. Throws OPERATION_NOT_FOUND when there is not exactly one. */
export function operationOf({
  document,
  operationName,
}: OperationRequest): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName);
  if (operation !== null && operation !== undefined) return operation;
  throw new AppError(
    "OPERATION_NOT_FOUND",
    operationName === undefined
      ? "The document has no single operation; name the one to run in operationName."
      : `The document has no operation named "${operationName}".`,
  );
}

export const isSubscription = (request: OperationRequest): boolean =>
  operationOf(request).operation === OperationTypeNode.SUBSCRIPTION;
