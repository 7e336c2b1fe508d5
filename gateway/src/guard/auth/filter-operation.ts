import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { DeniedField } from "../../operation/findings.ts";
import { fragmentsOf } from "../../operation/operation-request.ts";
import type { GuardedFields } from "./guarded-fields.ts";

/** The response key of an object's type in a filtered operation. */
export const TYPE_KEY = "_guard_typename";

export interface FilteredOperation {
  /** The operation without withheld fields, its fragments inlined; the given document when nothing is withheld. */
  readonly document: DocumentNode;
  readonly withheld: readonly DeniedField[];
}

/** Removes the fields a caller may not have, for each possible type of an object. */
export function filterOperation(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  root: GraphQLObjectType,
  guarded: GuardedFields,
): FilteredOperation {
  const filter = new Filter(guarded, fragmentsOf(document));
  const selections = filter.selections(operation.selectionSet, root, [root], []);
  if (filter.withheld.length === 0) return { document, withheld: [] };
  const filtered = { ...operation, selectionSet: setOf(selections, root) };
  return {
    document: { kind: Kind.DOCUMENT, definitions: [filtered] },
    withheld: filter.withheld,
  };
}

class Filter {
  readonly withheld: DeniedField[] = [];
  readonly #guarded: GuardedFields;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(guarded: GuardedFields, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#guarded = guarded;
    this.#fragments = fragments;
  }

  /** The allowed selections on a type whose objects are of the possible types. */
  selections(
    set: SelectionSetNode,
    type: GraphQLNamedType,
    possible: readonly GraphQLObjectType[],
    path: readonly string[],
  ): SelectionNode[] {
    return set.selections.flatMap((selection) =>
      selection.kind === Kind.FIELD
        ? this.#field(selection, type, possible, path)
        : this.#fragment(selection, type, possible, path),
    );
  }

  #field(
    node: FieldNode,
    type: GraphQLNamedType,
    possible: readonly GraphQLObjectType[],
    around: readonly string[],
  ): SelectionNode[] {
    const path = [...around, node.alias?.value ?? node.name.value];
    const allowed = possible.filter((one) => {
      const denial = this.#guarded.denialOf(one, node);
      if (denial !== undefined)
        this.withheld.push({ path, coordinate: `${one.name}.${node.name.value}`, denial });
      return denial === undefined;
    });
    const kept = this.#below(node, type, path);
    if (allowed.length === possible.length) return [kept];
    return allowed.map((one) => on(one.name, [this.#below(node, one, path)]));
  }

  #below(node: FieldNode, type: GraphQLNamedType, path: readonly string[]): FieldNode {
    if (node.selectionSet === undefined) return node;
    const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
    const field = fields[node.name.value];
    // Introspection has no access rules.
    if (field === undefined) return node;
    const returned = getNamedType(field.type);
    if (!isCompositeType(returned)) return node;
    const possible = this.#guarded.possibleTypes(returned);
    const below = this.selections(node.selectionSet, returned, possible, path);
    return { ...node, selectionSet: setOf(below, returned) };
  }

  #fragment(
    node: Exclude<SelectionNode, FieldNode>,
    type: GraphQLNamedType,
    possible: readonly GraphQLObjectType[],
    path: readonly string[],
  ): SelectionNode[] {
    const fragment =
      node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
    if (fragment === undefined) return [];
    const condition = fragment.typeCondition?.name.value;
    const inside = condition === undefined ? type : this.#guarded.typeNamed(condition);
    if (inside === undefined) return [];
    const among = this.#guarded.possibleTypes(inside);
    const narrowed = possible.filter((one) => among.includes(one));
    const left = this.selections(fragment.selectionSet, inside, narrowed, path);
    return left.length === 0 ? [] : [on(inside.name, left, node.directives)];
  }
}

const on = (
  type: string,
  selections: readonly SelectionNode[],
  directives: InlineFragmentNode["directives"] = [],
): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
  directives,
  selectionSet: { kind: Kind.SELECTION_SET, selections },
});

/** A selection set that is never empty, with the type of objects of abstract types. */
const setOf = (selections: readonly SelectionNode[], type: GraphQLNamedType): SelectionSetNode => ({
  kind: Kind.SELECTION_SET,
  selections:
    selections.length === 0 || isAbstractType(type) ? [...selections, TYPE_FIELD] : selections,
});

const TYPE_FIELD: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: TYPE_KEY },
  name: { kind: Kind.NAME, value: "__typename" },
};
