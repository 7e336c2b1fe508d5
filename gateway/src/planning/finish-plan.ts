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
import type { PlannerGraph, RequiredCall } from "../supergraph/planner-graph.ts";

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

  /** One fetch for each set of calls that can be sent together. */
  #split(fetch: FetchNode): FetchNode[] {
    const names = namesIn(fetch.requires ?? []);
    const groups = this.#groupsOf([...names].filter((name) => this.#graph.calls.has(name)));
    if (groups.length < 2) return [fetch];
    const document = parse(fetch.operation, { noLocation: true });
    return groups.flatMap((group, index) => {
      const others = new Set(groups.flatMap((other) => (other === group ? [] : [...other])));
      const operation = this.#onlyFor(document, group, others, index === 0);
      if (operation === undefined) return [];
      const requires = withoutNames(fetch.requires ?? [], others);
      return [{ ...fetch, requires, operation: textOf(operation) }];
    });
  }

  /** Calls of different fields go together; a second call of a field begins another group. */
  #groupsOf(calls: readonly string[]): Set<string>[] {
    const groups: { readonly fields: Set<string>; readonly names: Set<string> }[] = [];
    for (const name of calls) {
      const field = this.#graph.calls.get(name)?.field ?? name;
      let group = groups.find(({ fields }) => !fields.has(field));
      if (group === undefined) groups.push((group = { fields: new Set(), names: new Set() }));
      group.fields.add(field);
      group.names.add(name);
    }
    return groups.map(({ names }) => names);
  }

  /** The operation with the entity's fields that require a group's calls; the first one also has all others. */
  #onlyFor(
    document: DocumentNode,
    group: ReadonlySet<string>,
    others: ReadonlySet<string>,
    isFirst: boolean,
  ): DocumentNode | undefined {
    let kept = 0;
    const isKept = (type: string, { name }: FieldNode): boolean => {
      const calls = [...(this.#graph.callsOf.get(`${type}.${name.value}`) ?? [])];
      if (calls.some((call) => others.has(call))) return false;
      return isFirst || name.value === "__typename" || calls.some((call) => group.has(call));
    };
    const only = (set: SelectionSetNode, type: string): SelectionSetNode => ({
      ...set,
      selections: set.selections.flatMap((selection): SelectionNode[] => {
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          const inner = only(selection.selectionSet, selection.typeCondition?.name.value ?? type);
          return inner.selections.length === 0 ? [] : [{ ...selection, selectionSet: inner }];
        }
        if (selection.kind === Kind.FIELD && !isKept(type, selection)) return [];
        kept += 1;
        return [selection];
      }),
    });
    const operation = visit(document, {
      Field: (field) =>
        field.name.value === "_entities" && field.selectionSet !== undefined
          ? { ...field, selectionSet: only(field.selectionSet, "") }
          : undefined,
    });
    return kept === 0 ? undefined : operation;
  }
}

const textOf = (document: DocumentNode): string => stripIgnoredCharacters(print(document));

const aliasOf = (field: FieldNode, { name, field: called, args }: RequiredCall): FieldNode => ({
  ...field,
  alias: field.alias ?? { kind: Kind.NAME, value: name },
  name: { kind: Kind.NAME, value: called },
  arguments: args,
});

function namesIn(selections: readonly QueryPlanSelectionNode[], into = new Set<string>()) {
  for (const selection of selections) {
    if (selection.kind === "Field") into.add(selection.name);
    namesIn(selection.selections ?? [], into);
  }
  return into;
}

function withoutNames(
  selections: readonly QueryPlanSelectionNode[],
  names: ReadonlySet<string>,
): QueryPlanSelectionNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === "Field" && names.has(selection.name)) return [];
    return selection.selections === undefined
      ? [selection]
      : [{ ...selection, selections: withoutNames(selection.selections, names) }];
  });
}
