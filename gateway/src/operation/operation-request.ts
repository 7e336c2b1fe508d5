import { createHash } from "node:crypto";
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
import type { Graph } from "../supergraph/graph.ts";

/** An operation's variables by name, as the client sent them or as the schema coerces them. */
export type Variables = Readonly<Record<string, unknown>>;

/** A parsed document on its way through the guard. */
export interface OperationRequest {
  readonly graph: Graph;
  readonly document: DocumentNode;
  /** The document's text. */
  readonly source: string;
  readonly operationName: string | undefined;
  readonly variables: Variables;
  readonly transport: "http" | "stream" | "websocket";
  readonly context: RequestContext;
  /** The client's network address. */
  readonly address: string;
  /** Whether the client asked for the plan: `"extensions": {"explainPlan": true}`. */
  readonly explains?: boolean;
  /** Whether it asked for the times of the fields, by Apollo's header. */
  readonly traces?: boolean;
}

/** The operation of the document that is to run. Throws OPERATION_NOT_FOUND when there is not exactly one. */
export function operationOf({
  document,
  operationName,
}: Pick<OperationRequest, "document" | "operationName">): OperationDefinitionNode {
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

/** The SHA-256 of a document's text, hexadecimal: the name of an operation in caches and manifests. */
export const digestOf = (source: string): string =>
  createHash("sha256").update(source).digest("hex");
