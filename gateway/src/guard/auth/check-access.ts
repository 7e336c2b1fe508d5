import { Kind, OperationTypeNode, type ExecutionResult, type GraphQLError } from "graphql";
import { FieldCollector } from "../cost/collect-fields.ts";
import {
  fragmentsOf,
  operationOf,
  type Findings,
  type OperationRequest,
} from "../operation-request.ts";
import { Refused } from "../refused.ts";
import { CallerAccess, type AccessPolicy } from "./caller-access.ts";
import { AnswerCompletion } from "./complete-answer.ts";
import { refusedFor } from "./denied-error.ts";
import { filterOperation, type FilteredOperation } from "./filter-operation.ts";
import { GuardedFields } from "./guarded-fields.ts";

/** Puts what was withheld back into an answer, as null with an error. */
export interface WithheldFields {
  readonly complete: (data: ExecutionResult["data"]) => {
    readonly data: ExecutionResult["data"];
    readonly errors: readonly GraphQLError[];
  };
}

/** Takes what the caller may not have out of the operation, before it is planned, so that no subgraph is asked for it. */
export async function checkAccess(
  request: OperationRequest,
  found: Findings,
  policy: AccessPolicy,
): Promise<void> {
  const { graph } = request;
  if (graph.accessRules.size === 0) return;
  const operation = operationOf(request);
  const root = graph.apiSchema.getRootType(operation.operation);
  if (root === undefined || root === null) return;

  const access = new CallerAccess(graph.accessRules, request.context, policy);
  const guarded = new GuardedFields(graph.apiSchema, access, found.variables);
  let filtered: FilteredOperation;
  do filtered = filterOperation(request.document, operation, root, guarded);
  while (await access.settle());
  if (filtered.withheld.length === 0) return;

  // A subscription without its only field would have no events.
  if (
    policy.deny === "operation" ||
    (operation.operation === OperationTypeNode.SUBSCRIPTION && isEmpty(filtered))
  )
    throw refusalOf(filtered, request, policy);
  found.document = filtered.document;
  found.withheldFields = {
    complete: (data) => {
      const collector = new FieldCollector(
        graph.apiSchema,
        fragmentsOf(request.document),
        found.variables,
      );
      const completion = new AnswerCompletion(collector, guarded);
      const completed = completion.complete(data, operation.selectionSet, root);
      return { data: completed, errors: completion.errors };
    },
  };
}

const isEmpty = ({ document }: FilteredOperation): boolean =>
  document.definitions.every(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.selectionSet.selections.every(
        (selection) => selection.kind === Kind.FIELD && selection.name.value === "__typename",
      ),
  );

const refusalOf = (
  { withheld }: FilteredOperation,
  { context }: OperationRequest,
  { isAuthenticated }: AccessPolicy,
): Refused =>
  new Refused(
    withheld.map((path) =>
      refusedFor(isAuthenticated(context) ? "FORBIDDEN" : "UNAUTHENTICATED", path),
    ),
  );
