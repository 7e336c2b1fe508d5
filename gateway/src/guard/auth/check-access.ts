import {
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
} from "graphql";
import { LruCache } from "../../cache/lru-cache.ts";
import type { Graph } from "../../supergraph/graph.ts";
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
  const filtered = await filteredFor(request, access, () =>
    filterOperation(request.document, operation, root, guarded),
  );
  found.denied = filtered.withheld;
  if (filtered.withheld.length === 0) return;

  // A subscription without its only field would have no events.
  if (
    policy.deny === "operation" ||
    (operation.operation === OperationTypeNode.SUBSCRIPTION && isEmpty(filtered))
  )
    throw refusalOf(filtered);
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

const REMEMBERED_STANDINGS = 100;

/** Filtered operations by graph and document, then by operation and the caller's standing. */
const remembered = new WeakMap<Graph, WeakMap<DocumentNode, LruCache<string, FilteredOperation>>>();

/** The filtered operation; the one made before for callers of the same standing, unless a policy had a say in it. */
async function filteredFor(
  { graph, document, operationName }: OperationRequest,
  access: CallerAccess,
  filter: () => FilteredOperation,
): Promise<FilteredOperation> {
  const ofGraph = remembered.get(graph) ?? new WeakMap();
  remembered.set(graph, ofGraph);
  const ofDocument =
    ofGraph.get(document) ?? new LruCache<string, FilteredOperation>(REMEMBERED_STANDINGS);
  ofGraph.set(document, ofDocument);
  const key = `${operationName ?? ""} ${access.standing}`;
  const known = ofDocument.get(key);
  if (known !== undefined) return known;

  let filtered: FilteredOperation;
  do filtered = filter();
  while (await access.settle());
  if (!access.askedPolicies) ofDocument.set(key, filtered);
  return filtered;
}

const isEmpty = ({ document }: FilteredOperation): boolean =>
  document.definitions.every(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.selectionSet.selections.every(
        (selection) => selection.kind === Kind.FIELD && selection.name.value === "__typename",
      ),
  );

/** One reason for each place, however many types it can turn out to be of. */
const refusalOf = ({ withheld }: FilteredOperation): Refused =>
  new Refused(
    [...new Map(withheld.map((field) => [field.path.join("."), field])).values()].map(
      ({ path, denial }) => refusedFor(denial, path),
    ),
  );
