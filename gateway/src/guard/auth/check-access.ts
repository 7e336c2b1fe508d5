import { type DocumentNode, Kind, OperationTypeNode } from "graphql";
import { LruCache } from "../../cache/lru-cache.ts";
import { WeakPairMap } from "../../cache/weak-pair-map.ts";
import { FieldCollector } from "../../operation/collect-fields.ts";
import type { DeniedField, Findings } from "../../operation/findings.ts";
import type { GatewayPlugin } from "../../operation/gateway-plugin.ts";
import {
  fragmentsOf,
  operationOf,
  type OperationRequest,
} from "../../operation/operation-request.ts";
import { Refused } from "../../operation/refusal.ts";
import type { Graph } from "../../supergraph/graph.ts";
import { type AccessPolicy, CallerAccess, standingOf } from "./caller-access.ts";
import { AnswerCompletion } from "./complete-answer.ts";
import { refusedFor } from "./denied-error.ts";
import { type FilteredOperation, filterOperation } from "./filter-operation.ts";
import { GuardedFields } from "./guarded-fields.ts";

/** Removes the fields a caller may not have from the operation before it is planned, so that no subgraph is called for them. */
export function checkAccess(policy: AccessPolicy): GatewayPlugin {
  const check: GatewayPlugin["checkOperation"] = (request, found) => {
    if (request.graph.accessRules.size === 0) return undefined;
    const known = knownFor(request, policy);
    const filtered = known.get();
    if (filtered?.withheld.length !== 0) return withholdFields(request, found, policy, known);
    // Most callers may have all that they ask for, so nothing is made for them.
    found.denied = filtered.withheld;
    return undefined;
  };
  return { name: "access", checkOperation: check, checkEvent: check };
}

async function withholdFields(
  request: OperationRequest,
  found: Findings,
  policy: AccessPolicy,
  known: KnownFilter,
): Promise<void> {
  const { graph } = request;
  const operation = operationOf(request);
  const root = graph.apiSchema.getRootType(operation.operation);
  if (root === undefined || root === null) return;

  const access = new CallerAccess(graph.accessRules, request.context, policy);
  const guarded = new GuardedFields(graph.apiSchema, access, found.variables);
  const filtered = await filteredFor(known, access, () =>
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

const MAX_ENTRIES = 100;

/** Filtered operations by graph and document, then by operation and the caller's standing. */
const filteredOperations = new WeakPairMap<
  Graph,
  DocumentNode,
  LruCache<string, FilteredOperation>
>();

/** The place of an operation and a standing in the cache. */
interface KnownFilter {
  readonly get: () => FilteredOperation | undefined;
  readonly set: (filtered: FilteredOperation) => void;
}

function knownFor(
  { graph, document, operationName, context }: OperationRequest,
  policy: AccessPolicy,
): KnownFilter {
  const ofDocument = filteredOperations.get(graph, document, () => new LruCache(MAX_ENTRIES));
  const key = `${standingOf(context, policy)} ${operationName ?? ""}`;
  return { get: () => ofDocument.get(key), set: (filtered) => ofDocument.set(key, filtered) };
}

/** The filtered operation, cached for callers of the same standing unless a policy was evaluated. */
async function filteredFor(
  known: KnownFilter,
  access: CallerAccess,
  filter: () => FilteredOperation,
): Promise<FilteredOperation> {
  const cached = known.get();
  if (cached !== undefined) return cached;

  let filtered: FilteredOperation;
  do filtered = filter();
  while (await access.settle());
  if (!access.usesPolicies) known.set(filtered);
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

/** One reason for each path, however many types its object may have. */
const refusalOf = ({ withheld }: FilteredOperation): Refused =>
  new Refused(
    [...new Map(withheld.map((field) => [field.path.join("."), field])).values()].map(
      ({ path, denial }) => refusedFor(denial, path),
    ),
  );

/** Whether a caller's denied fields are the same as before. */
export function isSameAccess(before: readonly DeniedField[], now: readonly DeniedField[]): boolean {
  return before === now || namesOf(before) === namesOf(now);
}

const namesOf = (fields: readonly DeniedField[]): string =>
  fields.map(({ path, coordinate }) => `${path.join(".")} ${coordinate}`).join("\n");
