import type { FetchNode, QueryPlan, QueryPlanSelectionNode } from "@apollo/query-planner";
import {
  getNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from "graphql";
import { fetchesOf } from "../supergraph/plan-fetches.ts";
import type { PlannerGraph } from "../supergraph/planner-graph.ts";

type Requirements = PlannerGraph["chained"];

/**
 * A field, `Type.field of subgraph`, that a plan fetches without what it requires. The planner makes such plans where
 * the field is required itself and its subgraph is also the one before: the subgraph would compute a value from nothing.
 */
export function unmetRequirement(
  { node }: QueryPlan,
  schema: GraphQLSchema,
  requirements: Requirements,
): string | undefined {
  if (requirements.size === 0 || node === undefined) return undefined;
  const parts = node.kind === "Subscription" ? [node.primary, node.rest] : [node];
  for (const fetch of parts.flatMap(fetchesOf)) {
    const unmet = unmetIn(fetch, schema, requirements);
    if (unmet !== undefined) return `${unmet} of ${fetch.serviceName}`;
  }
  return undefined;
}

/** The first field, `Type.field`, that a fetch does not bring what it requires. */
function unmetIn(
  { serviceName, operation, requires }: FetchNode,
  schema: GraphQLSchema,
  requirements: Requirements,
): string | undefined {
  const brought = namesIn(requires ?? []);
  const walk = (set: SelectionSetNode, type: string, isEntity: boolean): string | undefined => {
    for (const selection of set.selections) {
      let unmet: string | undefined;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inner = selection.typeCondition?.name.value ?? type;
        unmet = walk(selection.selectionSet, inner, isEntity);
      } else if (selection.kind === Kind.FIELD) {
        const coordinate = `${type}.${selection.name.value}`;
        const required = requirements.get(`${serviceName} ${coordinate}`);
        const isMet = isEntity && required?.every((name) => brought.has(name)) === true;
        if (required !== undefined && !isMet) return coordinate;
        const isEntities = selection.name.value === "_entities";
        unmet =
          selection.selectionSet &&
          walk(selection.selectionSet, typeOf(schema, type, selection.name.value), isEntities);
      }
      if (unmet !== undefined) return unmet;
    }
    return undefined;
  };
  for (const definition of parse(operation, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const root = schema.getRootType(definition.operation)?.name ?? "";
    const unmet = walk(definition.selectionSet, root, false);
    if (unmet !== undefined) return unmet;
  }
  return undefined;
}

function typeOf(schema: GraphQLSchema, type: string, field: string): string {
  const parent = schema.getType(type);
  const fields = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields() : {};
  return getNamedType(fields[field]?.type)?.name ?? "";
}

/** The fields that the representations of a fetch bring. */
function namesIn(selections: readonly QueryPlanSelectionNode[], into = new Set<string>()) {
  for (const selection of selections)
    if (selection.kind === "Field") into.add(selection.name);
    else namesIn(selection.selections, into);
  return into;
}
