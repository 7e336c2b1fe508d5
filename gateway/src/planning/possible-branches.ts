import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isCompositeType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { TYPENAME } from "./conditions.ts";
import { fragmentsOf } from "../operation/operation-request.ts";

/** Where a selection stands: its type, and the types that an object there can have. */
interface Place {
  readonly type: GraphQLCompositeType;
  readonly possible: ReadonlySet<string>;
}

/**
 * The same document with each fragment in its place, without what can never apply there: `... on B` within `... on A`,
 * however many abstract types stand between. Such branches are valid, and the planner fails at some of them.
 */
export function possibleBranches(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const fragments = fragmentsOf(document);
  const definitions = document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const root = schema.getRootType(definition.operation);
    const branches = new PossibleBranches(schema, fragments);
    const selectionSet =
      root === undefined || root === null
        ? definition.selectionSet
        : branches.below(definition.selectionSet, branches.placeOf(root));
    return [{ ...definition, selectionSet }];
  });
  return { ...document, definitions };
}

class PossibleBranches {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#schema = schema;
    this.#fragments = fragments;
  }

  placeOf(type: GraphQLCompositeType): Place {
    const types = isObjectType(type) ? [type] : this.#schema.getPossibleTypes(type);
    return { type, possible: new Set(types.map(({ name }) => name)) };
  }

  below(set: SelectionSetNode, place: Place): SelectionSetNode {
    const selections = this.#selections(set, place);
    return { ...set, selections: selections.length === 0 ? [TYPENAME] : selections };
  }

  #selections(set: SelectionSetNode, place: Place): readonly SelectionNode[] {
    return set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet;
        const type = below === undefined ? undefined : this.#typeOf(selection.name.value, place);
        if (below === undefined || type === undefined) return [selection];
        return [{ ...selection, selectionSet: this.below(below, this.placeOf(type)) }];
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection
          : this.#fragments.get(selection.name.value);
      if (fragment === undefined) return [selection];
      return this.#fragment(selection, fragment.typeCondition?.name.value, fragment, place);
    });
  }

  #fragment(
    { directives }: SelectionNode,
    condition: string | undefined,
    { selectionSet }: { readonly selectionSet: SelectionSetNode },
    place: Place,
  ): readonly SelectionNode[] {
    const inner = this.#narrowed(place, condition);
    if (inner === undefined) return [];
    const selections = this.#selections(selectionSet, inner);
    if (selections.length === 0) return [];
    if (inner.type === place.type && (directives ?? []).length === 0) return selections;
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: inner.type.name } },
        ...(directives === undefined ? {} : { directives }),
        selectionSet: { ...selectionSet, selections },
      },
    ];
  }

  /** Undefined when nothing at the place can meet the condition. */
  #narrowed(place: Place, condition: string | undefined): Place | undefined {
    const type = condition === undefined ? place.type : this.#schema.getType(condition);
    if (!isCompositeType(type)) return undefined;
    const met = this.placeOf(type).possible;
    const possible = new Set([...place.possible].filter((name) => met.has(name)));
    const [only, ...others] = possible;
    if (only === undefined) return undefined;
    // Of one type alone, what stands within is selected of that type.
    const concrete = others.length === 0 ? this.#schema.getType(only) : type;
    return isCompositeType(concrete) ? { type: concrete, possible } : undefined;
  }

  #typeOf(field: string, { type }: Place): GraphQLCompositeType | undefined {
    const fields = "getFields" in type ? type.getFields() : {};
    const found = fields[field]?.type;
    const named = found === undefined ? undefined : getNamedType(found);
    return isCompositeType(named) ? named : undefined;
  }
}
