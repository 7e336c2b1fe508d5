import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from "@apollo/query-planner";
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from "graphql";
import { withFetches } from "../supergraph/plan-fetches.ts";
import { pathBelow, type PlannerGraph, type RequiredCall } from "../supergraph/planner-graph.ts";

/**
 * Turns a plan for the planner's graph into one for the subgraphs. The fields that stand for required calls
 * are fetched as aliases of those calls, and sent under the names of the called fields. Where one request
 * would send two calls of a field, it becomes two.
 */
export function finishPlan(plan: QueryPlan, graph: PlannerGraph): QueryPlan {
  if (graph.calls.size === 0) return plan;
  const finisher = new PlanFinisher(graph);
  return withFetches(plan, (fetch) => finisher.fetch(fetch));
}

class PlanFinisher {
  readonly #graph: PlannerGraph;

  constructor(graph: PlannerGraph) {
    this.#graph = graph;
  }

  fetch(fetch: FetchNode): PlanNode {
    const parts = this.#split(fetch).map((part) => this.#withNames(this.#withCalls(part)));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: "Parallel", nodes: parts };
  }

  /** Fetches aliases of the calls. */
  #withCalls(fetch: FetchNode): FetchNode {
    if (!fetch.operation.includes("_required_")) return fetch;
    const operation = visit(parse(fetch.operation, { noLocation: true }), {
      Field: (field) => {
        const call = this.#graph.calls.get(field.name.value);
        return call === undefined ? undefined : aliasOf(field, call);
      },
    });
    return { ...fetch, operation: textOf(operation) };
  }

  /** Sends the calls' results under the names of the called fields. */
  #withNames(fetch: FetchNode): FetchNode {
    const rewrites = (fetch.requires ?? []).flatMap((selection) => this.#renames(selection, []));
    if (rewrites.length === 0) return fetch;
    return { ...fetch, inputRewrites: [...(fetch.inputRewrites ?? []), ...rewrites] };
  }

  #renames(
    selection: QueryPlanSelectionNode,
    above: readonly string[],
  ): NonNullable<FetchNode["inputRewrites"]> {
    if (selection.kind === "InlineFragment") {
      const step =
        selection.typeCondition === undefined ? [] : [`... on ${selection.typeCondition}`];
      return selection.selections.flatMap((inner) => this.#renames(inner, [...above, ...step]));
    }
    const path = [...above, selection.name];
    const below = (selection.selections ?? []).flatMap((inner) => this.#renames(inner, path));
    const call = this.#graph.calls.get(selection.name);
    return call === undefined
      ? below
      : [...below, { kind: "KeyRenamer", path, renameKeyTo: call.field }];
  }

  /** One fetch for each group of fields whose requirements can be sent together. */
  #split(fetch: FetchNode): FetchNode[] {
    if (fetch.requires === undefined) return [fetch];
    const document = parse(fetch.operation, { noLocation: true });
    const groups = this.#groupsOf(document);
    if (groups.length < 2) return [fetch];
    return groups.flatMap((group, index) => {
      const others = groups.filter((other) => other !== group);
      const isKept = ({ coordinate, name }: EntityField): boolean =>
        group.fields.has(coordinate) ||
        name === "__typename" ||
        (index === 0 && others.every(({ fields }) => !fields.has(coordinate)));
      const operation = onlyFields(document, isKept);
      const requires = this.#requiredBy(fetch.requires ?? [], "", group, others);
      return [withUsedVariables({ ...fetch, requires }, operation)];
    });
  }

  /** A field goes to the first group in which no other requires the same field with other arguments. */
  #groupsOf(document: DocumentNode): Group[] {
    const groups: Group[] = [];
    const coordinates = entityFieldsOf(document).map(({ coordinate }) => coordinate);
    for (const coordinate of new Set(coordinates)) {
      const calls = this.#graph.callsOf.get(coordinate);
      if (calls === undefined) continue;
      let group = groups.find((one) =>
        [...calls].every(([path, names]) => isSame(one.names.get(path) ?? names, names)),
      );
      if (group === undefined) groups.push((group = { fields: new Set(), names: new Map() }));
      group.fields.add(coordinate);
      for (const [path, names] of calls) group.names.set(path, names);
    }
    return groups;
  }

  /** What a representation needs for a group: not what only others need, where these call a field otherwise. */
  #requiredBy(
    selections: readonly QueryPlanSelectionNode[],
    above: string,
    group: Group,
    others: readonly Group[],
  ): QueryPlanSelectionNode[] {
    return selections.flatMap((selection): QueryPlanSelectionNode[] => {
      if (selection.kind === "InlineFragment")
        return [
          {
            ...selection,
            selections: this.#requiredBy(selection.selections, above, group, others),
          },
        ];
      const { name } = selection;
      const path = pathBelow(above, this.#graph.calls.get(name)?.field ?? name);
      const own = group.names.get(path);
      const isOthers = others.some(({ names }) => names.get(path)?.has(name) === true);
      if (isOthers && own !== undefined && !own.has(name)) return [];
      if (isOthers && own === undefined && this.#graph.calls.has(name)) return [];
      return selection.selections === undefined
        ? [selection]
        : [
            {
              ...selection,
              selections: this.#requiredBy(selection.selections, path, group, others),
            },
          ];
    });
  }
}

/** Fields whose requirements are sent together, and the names of what they require of called fields. */
interface Group {
  readonly fields: Set<string>;
  readonly names: Map<string, ReadonlySet<string>>;
}

const isSame = (some: ReadonlySet<string>, others: ReadonlySet<string>): boolean =>
  some.size === others.size && [...some].every((one) => others.has(one));

/** A field that a fetch selects of an entity itself. */
interface EntityField {
  readonly coordinate: string;
  readonly name: string;
}

function entityFieldsOf(document: DocumentNode): EntityField[] {
  const found: EntityField[] = [];
  onlyFields(document, (field) => {
    found.push(field);
    return true;
  });
  return found;
}

/** An operation with some of the fields of its entities; what is below them stays. */
function onlyFields(document: DocumentNode, isKept: (field: EntityField) => boolean): DocumentNode {
  const only = (set: SelectionSetNode, type: string): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inner = only(selection.selectionSet, selection.typeCondition?.name.value ?? type);
        return inner.selections.length === 0 ? [] : [{ ...selection, selectionSet: inner }];
      }
      if (selection.kind !== Kind.FIELD) return [selection];
      const name = selection.name.value;
      return isKept({ coordinate: `${type}.${name}`, name }) ? [selection] : [];
    }),
  });
  return visit(document, {
    Field: (field) =>
      field.name.value === "_entities" && field.selectionSet !== undefined
        ? { ...field, selectionSet: only(field.selectionSet, "") }
        : undefined,
  });
}

/** A fetch with another operation, and the variables that this one uses. */
function withUsedVariables(fetch: FetchNode, operation: DocumentNode): FetchNode {
  const used = new Set<string>();
  visit(operation, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  const declared = visit(operation, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
  const variableUsages = fetch.variableUsages?.filter((name) => used.has(name));
  return {
    ...fetch,
    operation: textOf(declared),
    ...(variableUsages === undefined ? {} : { variableUsages }),
  };
}

const textOf = (document: DocumentNode): string => stripIgnoredCharacters(print(document));

const aliasOf = (field: FieldNode, { name, field: called, args }: RequiredCall): FieldNode => ({
  ...field,
  alias: field.alias ?? { kind: Kind.NAME, value: name },
  name: { kind: Kind.NAME, value: called },
  arguments: args,
});
