import { AppError } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import {
  getOperationAST,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from "graphql";
import type { Variables } from "../execution/variables.ts";
import type { Graph } from "../supergraph/graph.ts";
import type { Denial } from "./auth/caller-access.ts";
import type { WithheldFields } from "./auth/check-access.ts";
import type { Spending } from "./budget/spend-budget.ts";
import type { CostReport } from "./cost/cost-report.ts";

/** A parsed document on its way through the guard. */
export interface OperationRequest {
  readonly graph: Graph;
  readonly document: DocumentNode;
  /** The document's text. */
  readonly source: string;
  readonly operationName: string | undefined;
  readonly variables: Variables;
  readonly transport: "http" | "websocket";
  /** Who asks. */
  readonly context: RequestContext;
  /** The address it comes from. */
  readonly address: string;
}

/** A field the caller may not have. */
export interface DeniedField {
  /** Its place in the answer, lists left out: `["fund", "metrics"]`. */
  readonly path: readonly string[];
  /** `Type.field`. */
  readonly coordinate: string;
  readonly denial: Denial;
}

/** What the rules found out on the way, for the rules after them and for whoever runs the operation. */
export interface Findings {
  /** The variables as the schema has them, defaults included. */
  variables: Record<string, unknown>;
  /** What is to run: the client's document without what it may not have. */
  document: DocumentNode;
  /** What the caller may not have, whether it was left out or the operation was refused for it. */
  denied: readonly DeniedField[];
  /** Present when something was taken out of the document. */
  withheldFields?: WithheldFields;
  /** Absent when nobody asked for costs. */
  cost?: CostReport;
  /** Absent when nobody keeps budgets. */
  spending?: Spending;
  /** Subgraphs the operation may not ask, with the reason. */
  readonly withheld: Map<string, AppError>;
}

export const nothingFound = (document: DocumentNode): Findings => ({
  variables: {},
  document,
  denied: [],
  withheld: new Map(),
});

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

/** The fragments of a document by name. */
export const fragmentsOf = (document: DocumentNode): Map<string, FragmentDefinitionNode> =>
  new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );

export const isSubscription = (request: OperationRequest): boolean =>
  operationOf(request).operation === OperationTypeNode.SUBSCRIPTION;
