import { Kind, type GraphQLResolveInfo, type SelectionSetNode } from "graphql";

// Servers keep the documents they parsed, so a selection that comes often is looked through once.
const answers = new WeakMap<SelectionSetNode, WeakMap<ReadonlySet<string>, boolean>>();

/** True when these fields of its value are selected at most. */
export function selectsOnly(
  { fieldNodes, fragments }: GraphQLResolveInfo,
  names: ReadonlySet<string>,
): boolean {
  return fieldNodes.every(({ selectionSet }) => {
    if (selectionSet === undefined) return true;
    let known = answers.get(selectionSet);
    if (known === undefined) answers.set(selectionSet, (known = new WeakMap()));
    let answer = known.get(names);
    if (answer === undefined) known.set(names, (answer = isWithin(selectionSet, names, fragments)));
    return answer;
  });
}

// A fragment is looked through whatever its condition: what may be selected counts as selected.
const isWithin = (
  { selections }: SelectionSetNode,
  names: ReadonlySet<string>,
  fragments: GraphQLResolveInfo["fragments"],
): boolean =>
  selections.every((selection) => {
    if (selection.kind === Kind.FIELD) return names.has(selection.name.value);
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
    return inner !== undefined && isWithin(inner.selectionSet, names, fragments);
  });
