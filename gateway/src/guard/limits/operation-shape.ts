import {
  Kind,
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import type { Limits } from "./limits.ts";

/** The size of a document with its fragments expanded. */
export interface OperationShape {
  depth: number;
  fields: number;
  /** Of the operation with the most. */
  rootFields: number;
  aliases: number;
  directives: number;
  repeatedFields: number;
  fragments: number;
  /** A fragment that spreads itself, if there is one. */
  circularFragment: string | undefined;
}

interface Walk {
  readonly shape: OperationShape;
  readonly limits: Limits;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Fragments being expanded. */
  readonly open: Set<string>;
  readonly reached: Set<string>;
}

/**
 * Measures every operation of a document and its unused fragments, which cost validation time as well.
 * The walk ends as soon as a limit is passed: fragments that spread each other twice would double the work
 * with each line otherwise.
 */
export function measureDocument(document: DocumentNode, limits: Limits): OperationShape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  const walk: Walk = {
    shape: emptyShape(),
    limits,
    fragments,
    open: new Set(),
    reached: new Set(),
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) measureDefinition(definition, walk);
  }
  for (const [name, fragment] of fragments) {
    if (!walk.reached.has(name)) enterFragment(fragment, 0, new Set(), walk);
  }
  return walk.shape;
}

const emptyShape = (): OperationShape => ({
  depth: 0,
  fields: 0,
  rootFields: 0,
  aliases: 0,
  directives: 0,
  repeatedFields: 0,
  fragments: 0,
  circularFragment: undefined,
});

function measureDefinition(
  definition: DefinitionNode & { readonly selectionSet: SelectionSetNode },
  walk: Walk,
): void {
  countDirectives(definition, walk);
  if ("variableDefinitions" in definition) {
    for (const variable of definition.variableDefinitions ?? []) countDirectives(variable, walk);
  }
  const keys = new Set<string>();
  measureSelections(definition.selectionSet, 1, keys, walk);
  walk.shape.rootFields = Math.max(walk.shape.rootFields, keys.size);
}

/** `keys` are the response keys selected at this place so far; fragments share them with the enclosing selections. */
function measureSelections(
  { selections }: SelectionSetNode,
  depth: number,
  keys: Set<string>,
  walk: Walk,
): void {
  const { shape, limits, fragments } = walk;
  for (const selection of selections) {
    if (shape.fields > limits.fields || shape.fragments > limits.fragments) return;
    countDirectives(selection, walk);
    if (selection.kind === Kind.FIELD) {
      shape.fields += 1;
      shape.depth = Math.max(shape.depth, depth);
      const key = selection.alias?.value ?? selection.name.value;
      if (key !== selection.name.value) shape.aliases += 1;
      if (keys.has(key)) shape.repeatedFields += 1;
      keys.add(key);
      if (selection.selectionSet === undefined) continue;
      measureSelections(
        selection.selectionSet,
        isIntrospection(selection.name.value) ? Number.NEGATIVE_INFINITY : depth + 1,
        new Set(),
        walk,
      );
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      shape.fragments += 1;
      measureSelections(selection.selectionSet, depth, keys, walk);
    } else {
      shape.fragments += 1;
      const fragment = fragments.get(selection.name.value);
      // Validation reports an unknown fragment.
      if (fragment !== undefined) enterFragment(fragment, depth, keys, walk);
    }
  }
}

function enterFragment(
  fragment: FragmentDefinitionNode,
  depth: number,
  keys: Set<string>,
  walk: Walk,
): void {
  const name = fragment.name.value;
  walk.reached.add(name);
  if (walk.open.has(name)) {
    walk.shape.circularFragment = name;
    return;
  }
  walk.open.add(name);
  countDirectives(fragment, walk);
  measureSelections(fragment.selectionSet, depth, keys, walk);
  walk.open.delete(name);
}

const isIntrospection = (field: string): boolean => field === "__schema" || field === "__type";

const countDirectives = (
  node: { readonly directives?: readonly unknown[] | undefined },
  { shape }: Walk,
): void => {
  shape.directives += node.directives?.length ?? 0;
};
