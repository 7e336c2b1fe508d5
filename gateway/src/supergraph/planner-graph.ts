import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  visit,
} from "graphql";
import {
  argumentOf,
  isTypeWithFields,
  joinedGraphs,
  joinsOf,
  type TypeWithFields,
} from "./join-directives.ts";

/** A field that another one requires with arguments, as a field of its own. */
export interface RequiredCall {
  /** Its name in the planner's graph. */
  readonly name: string;
  readonly field: string;
  readonly args: readonly ArgumentNode[];
}

/** The names that stand for a field in the planner's graph, by the path at which a representation has the field. */
type CalledPaths = ReadonlyMap<string, ReadonlySet<string>>;

/** The supergraph as the planner sees it. */
export interface PlannerGraph {
  readonly document: DocumentNode;
  /** Required calls by their name in the planner's graph. */
  readonly calls: ReadonlyMap<string, RequiredCall>;
  /** By `Type.field`: what the field requires of fields that are required with arguments somewhere. */
  readonly callsOf: ReadonlyMap<string, CalledPaths>;
  /** The labels of `@override(label:)`. */
  readonly overrideLabels: ReadonlySet<string>;
  /** What fields require that are required themselves, by `subgraph Type.field`. */
  readonly chained: ReadonlyMap<string, readonly string[]>;
}

/**
 * Rewrites a supergraph so that the planner cannot err. A field required with arguments becomes a field of its
 * own: the planner fetches required fields under their plain names, where two calls, or a client's, would be
 * merged. Keys that a subgraph does not resolve are left out where it resolves another: the planner would
 * return to it with them.
 */
export function plannerGraphOf(supergraph: DocumentNode): PlannerGraph {
  const calls = new RequiredCalls(supergraph);
  const withCalls = withTypes(supergraph, (type) => ({
    ...type,
    fields: (type.fields ?? []).map((field) => calls.rewrite(field, type.name.value)),
  }));
  const document = withTypes(withCalls, (type) => calls.addTo(withoutUnresolvableKeys(type)));
  return {
    document,
    calls: calls.byName,
    callsOf: calledPathsOf(document, calls.byName),
    overrideLabels: overrideLabelsOf(supergraph),
    chained: chainedOf(document),
  };
}

/** What each field requires of called fields: the calls, and the same fields without arguments. */
function calledPathsOf(
  document: DocumentNode,
  calls: RequiredCalls["byName"],
): Map<string, Map<string, Set<string>>> {
  const called = new Set([...calls.values()].map(({ field }) => field));
  const found = new Map<string, Map<string, Set<string>>>();
  if (called.size === 0) return found;
  const visitSet = (set: SelectionSetNode, above: string, into: Map<string, Set<string>>): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) visitSet(selection.selectionSet, above, into);
      if (selection.kind !== Kind.FIELD) continue;
      const name = selection.name.value;
      const field = calls.get(name)?.field ?? name;
      const path = pathBelow(above, field);
      if (called.has(field)) into.set(path, (into.get(path) ?? new Set()).add(name));
      if (selection.selectionSet !== undefined) visitSet(selection.selectionSet, path, into);
    }
  };
  for (const type of document.definitions.filter(isTypeWithFields))
    for (const { name, directives = [] } of type.fields ?? []) {
      const into = new Map<string, Set<string>>();
      for (const set of directives.map(fieldSetOf)) if (set !== undefined) visitSet(set, "", into);
      if (into.size > 0) found.set(`${type.name.value}.${name.value}`, into);
    }
  return found;
}

/** The path of a field in a representation. */
export const pathBelow = (above: string, field: string): string => `${above}/${field}`;

/** A supergraph with other object types and interfaces. */
const withTypes = (
  supergraph: DocumentNode,
  changed: (type: TypeWithFields) => TypeWithFields,
): DocumentNode => ({
  ...supergraph,
  definitions: supergraph.definitions.map((one) => (isTypeWithFields(one) ? changed(one) : one)),
});

/** The fields that require others and are required, with the names of what they require of their entity. */
function chainedOf(document: DocumentNode): Map<string, readonly string[]> {
  const names = new Map<unknown, string>(
    joinedGraphs(document).map(({ value, name }) => [value, name]),
  );
  const requiring = new Map<
    string,
    { readonly field: string; readonly requires: SelectionSetNode }
  >();
  const required = new Set<string>();
  for (const { directive, type, field } of joinsOf(document)) {
    const requires = fieldSetOf(directive);
    if (requires === undefined || field === undefined) continue;
    const subgraph = names.get(argumentOf(directive, "graph")) ?? "";
    const name = field.name.value;
    requiring.set(`${subgraph} ${type.name.value}.${name}`, { field: name, requires });
    visit(requires, { Field: (one) => void required.add(one.name.value) });
  }
  return new Map(
    [...requiring]
      .filter(([, { field }]) => required.has(field))
      .map(([coordinate, { requires }]) => [coordinate, topNames(requires)]),
  );
}

const topNames = ({ selections }: SelectionSetNode): string[] =>
  selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    return selection.kind === Kind.INLINE_FRAGMENT ? topNames(selection.selectionSet) : [];
  });

class RequiredCalls {
  readonly byName = new Map<string, RequiredCall>();
  readonly #types: ReadonlyMap<string, TypeWithFields>;
  /** The names of the calls of each type's fields. */
  readonly #added = new Map<string, Set<string>>();
  readonly #names = new Map<string, string>();

  constructor(supergraph: DocumentNode) {
    this.#types = new Map(
      supergraph.definitions.flatMap((definition) =>
        isTypeWithFields(definition) ? [[definition.name.value, definition]] : [],
      ),
    );
  }

  /** Replaces the calls in a field's `requires` by fields without arguments. */
  rewrite(field: FieldDefinitionNode, type: string): FieldDefinitionNode {
    if (!field.directives?.some(requiresCalls)) return field;
    return {
      ...field,
      directives: field.directives.map((directive) =>
        requiresCalls(directive) ? this.#rewriteRequires(directive, type) : directive,
      ),
    };
  }

  #rewriteRequires(directive: ConstDirectiveNode, type: string): ConstDirectiveNode {
    const set = fieldSetOf(directive);
    if (set === undefined) return directive;
    const text = print(this.#rewriteSet(set, type)).slice(1, -1);
    return {
      ...directive,
      arguments: (directive.arguments ?? []).map((argument) =>
        argument.name.value === "requires"
          ? {
              ...argument,
              value: { kind: Kind.STRING, value: text.replaceAll(/\s+/g, " ").trim() },
            }
          : argument,
      ),
    };
  }

  #rewriteSet(set: SelectionSetNode, type: string): SelectionSetNode {
    const selections = set.selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inner = selection.typeCondition?.name.value ?? type;
        return {
          ...selection,
          selectionSet: this.#rewriteSet(selection.selectionSet, inner),
        };
      }
      const { selectionSet } = selection;
      const below = this.#typeOf(type, selection.name.value);
      const rewritten =
        selectionSet === undefined
          ? selection
          : { ...selection, selectionSet: this.#rewriteSet(selectionSet, below) };
      return (selection.arguments?.length ?? 0) === 0 ? rewritten : this.#call(rewritten, type);
    });
    return { ...set, selections };
  }

  #typeOf(type: string, field: string): string {
    const definition = this.#types
      .get(type)
      ?.fields?.find(({ name }) => name.value === field)?.type;
    return definition === undefined ? "" : print(definition).replaceAll(/[[\]!]/g, "");
  }

  #call(field: FieldNode, type: string): FieldNode {
    const args = field.arguments ?? [];
    const key = `${field.name.value}(${args
      .map((argument) => print(argument))
      .sort()
      .join()})`;
    const name = this.#names.get(key) ?? `_required_${this.#names.size + 1}_${field.name.value}`;
    this.#names.set(key, name);
    this.byName.set(name, { name, field: field.name.value, args });
    for (const one of [type, ...this.#implementersOf(type)]) {
      const added = this.#added.get(one) ?? new Set();
      this.#added.set(one, added.add(name));
    }
    const { arguments: _, ...plain } = field;
    return { ...plain, name: { kind: Kind.NAME, value: name } };
  }

  #implementersOf(type: string): string[] {
    return [...this.#types.values()]
      .filter(({ interfaces }) => interfaces?.some(({ name }) => name.value === type))
      .map(({ name }) => name.value);
  }

  /** A type with the fields of its calls: like the called ones, without arguments. */
  addTo<Type extends TypeWithFields>(type: Type): Type {
    const fields = [...(this.#added.get(type.name.value) ?? [])].flatMap((name) => {
      const called = type.fields?.find(
        (field) => field.name.value === this.byName.get(name)?.field,
      );
      if (called === undefined) return [];
      const { arguments: _, description: __, ...rest } = called;
      const renamed: FieldDefinitionNode = { ...rest, name: { kind: Kind.NAME, value: name } };
      return [renamed];
    });
    return fields.length === 0 ? type : { ...type, fields: [...(type.fields ?? []), ...fields] };
  }
}

function fieldSetOf(directive: ConstDirectiveNode): SelectionSetNode | undefined {
  const text = argumentOf(directive, "requires");
  if (directive.name.value !== "join__field" || typeof text !== "string") return undefined;
  const [operation] = parse(`{ ${text} }`, { noLocation: true }).definitions;
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : undefined;
}

/** Whether a `join__field` requires a field with arguments. */
function requiresCalls(directive: ConstDirectiveNode): boolean {
  const set = fieldSetOf(directive);
  let found = false;
  if (set !== undefined) visit(set, { Argument: () => void (found = true) });
  return found;
}

/** Leaves out the keys that a subgraph does not resolve, unless it resolves no other key of the type. */
function withoutUnresolvableKeys<Type extends TypeWithFields>(type: Type): Type {
  const keys = (type.directives ?? []).filter(
    (directive) =>
      directive.name.value === "join__type" && argumentOf(directive, "key") !== undefined,
  );
  const resolvable = new Set(
    keys.flatMap((key) =>
      argumentOf(key, "resolvable") === false ? [] : [argumentOf(key, "graph")],
    ),
  );
  const isLeftOut = (key: ConstDirectiveNode): boolean =>
    keys.includes(key) &&
    argumentOf(key, "resolvable") === false &&
    resolvable.has(argumentOf(key, "graph"));
  return { ...type, directives: (type.directives ?? []).filter((one) => !isLeftOut(one)) };
}

function overrideLabelsOf(supergraph: DocumentNode): Set<string> {
  const labels = new Set<string>();
  for (const { directive } of joinsOf(supergraph)) {
    const label = argumentOf(directive, "overrideLabel");
    if (directive.name.value === "join__field" && typeof label === "string") labels.add(label);
  }
  return labels;
}
