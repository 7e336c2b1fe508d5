import {
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { fragmentsOf } from "../guard/operation-request.ts";

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

/**
 * For the planner, asks for `__typename` wherever conditions may leave nothing else of an object: it
 * fetches nothing for an object of which nothing is asked, and nobody would know whether it is there,
 * `{}`, or is not, `null`.
 */
export function fetchEmptySelections(document: DocumentNode): DocumentNode {
  const fragments = fragmentsOf(document);
  const mayBeEmpty = ({ selections }: SelectionSetNode): boolean => selections.every(mayBeLeftOut);
  const mayBeLeftOut = (selection: SelectionNode): boolean => {
    if (selection.directives?.some(isCondition) === true) return true;
    if (selection.kind === Kind.INLINE_FRAGMENT) return mayBeEmpty(selection.selectionSet);
    if (selection.kind === Kind.FIELD) return false;
    const fragment = fragments.get(selection.name.value);
    return fragment !== undefined && mayBeEmpty(fragment.selectionSet);
  };
  return visit(document, {
    Field: ({ selectionSet, ...field }) => {
      if (selectionSet === undefined || !mayBeEmpty(selectionSet)) return undefined;
      const selections = [TYPENAME, ...selectionSet.selections];
      return { ...field, selectionSet: { ...selectionSet, selections } };
    },
  });
}

const isCondition = ({ name }: { readonly name: { readonly value: string } }): boolean =>
  name.value === "skip" || name.value === "include";
