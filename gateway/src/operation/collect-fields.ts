import {
  getArgumentValues,
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isUnionType,
  Kind,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** Fields of one object by response key; several nodes under one key are one field. */
export type CollectedFields = ReadonlyMap<string, readonly FieldNode[]>;

/** A fragment whose fields are sent after the others of their object. */
interface DeferredFragment {
  /** The `label` of its `@defer`. */
  readonly label: string;
  readonly selectionSet: SelectionSetNode;
}

interface Collected {
  readonly fields: Map<string, FieldNode[]>;
  readonly deferred: DeferredFragment[];
}

/** An operation's fields as they apply to concrete types, fragments and `@skip/@include` resolved. */
export class FieldCollector {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Record<string, unknown>;
  readonly #collected = new Map<string, Collected>();
  readonly #ids = new Map<SelectionSetNode, number>();
  readonly #defers: boolean;

  /** With `defers`, the fields of deferred fragments are not among those of their objects. */
  constructor(
    schema: GraphQLSchema,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    variables: Record<string, unknown>,
    defers = false,
  ) {
    this.#defers = defers;
    this.#schema = schema;
    this.#fragments = fragments;
    this.#variables = variables;
  }

  /** A key for these selections on this type, equal for equal ones. */
  keyOf(sets: readonly SelectionSetNode[], type: { readonly name: string }): string {
    let key = type.name;
    for (const set of sets) {
      const id = this.#ids.get(set) ?? this.#ids.size;
      this.#ids.set(set, id);
      key += `/${id}`;
    }
    return key;
  }

  collect(sets: readonly SelectionSetNode[], type: GraphQLCompositeType): CollectedFields {
    return this.#collectedOf(sets, type).fields;
  }

  /** The deferred fragments among the selections that apply to the type. */
  deferred(
    sets: readonly SelectionSetNode[],
    type: GraphQLCompositeType,
  ): readonly DeferredFragment[] {
    return this.#collectedOf(sets, type).deferred;
  }

  #collectedOf(sets: readonly SelectionSetNode[], type: GraphQLCompositeType): Collected {
    const key = this.keyOf(sets, type);
    const cached = this.#collected.get(key);
    if (cached !== undefined) return cached;
    const collected: Collected = { fields: new Map(), deferred: [] };
    for (const set of sets) this.#collect(set, type, collected);
    this.#collected.set(key, collected);
    return collected;
  }

  #collect(set: SelectionSetNode, type: GraphQLCompositeType, collected: Collected): void {
    const { fields, deferred } = collected;
    for (const selection of set.selections) {
      if (!this.#isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const nodes = fields.get(key);
        if (nodes === undefined) fields.set(key, [selection]);
        else nodes.push(selection);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection
          : this.#fragments.get(selection.name.value);
      if (fragment === undefined || !this.#applies(fragment.typeCondition?.name.value, type))
        continue;
      const label = this.#defers ? deferLabelOf(selection) : undefined;
      if (label === undefined) this.#collect(fragment.selectionSet, type, collected);
      else deferred.push({ label, selectionSet: fragment.selectionSet });
    }
  }

  #isIncluded(selection: SelectionNode): boolean {
    if ((selection.directives?.length ?? 0) === 0) return true;
    const skip = getDirectiveValues(GraphQLSkipDirective, selection, this.#variables);
    if (skip?.["if"] === true) return false;
    const include = getDirectiveValues(GraphQLIncludeDirective, selection, this.#variables);
    return include?.["if"] !== false;
  }

  #applies(condition: string | undefined, type: GraphQLCompositeType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const named = this.#schema.getType(condition);
    return isAbstractType(named) && !isUnionType(type) && this.#schema.isSubType(named, type);
  }
}

/** The selections below a field, from all of its nodes. */
export const selectionsOf = (nodes: readonly FieldNode[]): SelectionSetNode[] =>
  nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));

/** The coerced arguments of a field's call, defaults included. */
export const argumentsOf = (
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Record<string, unknown>,
): Readonly<Record<string, unknown>> =>
  field.args.length === 0 ? {} : getArgumentValues(field, node, variables);

/** Whether a directive is `@skip` or `@include`: variables decide whether its selection applies. */
export const isCondition = ({ name }: DirectiveNode): boolean =>
  name.value === GraphQLSkipDirective.name || name.value === GraphQLIncludeDirective.name;

export const isDefer = ({ name }: DirectiveNode): boolean => name.value === "defer";

function deferLabelOf({ directives }: SelectionNode): string | undefined {
  const label = directives?.find(isDefer)?.arguments?.find(({ name }) => name.value === "label");
  return label?.value.kind === Kind.STRING ? label.value.value : undefined;
}

export function hasConditions(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive: (directive) => {
      found ||= isCondition(directive);
    },
  });
  return found;
}
