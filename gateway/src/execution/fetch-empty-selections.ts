import {
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { fragmentsOf } from "../guard/operation-request.ts";
import { isCondition } from "./conditions.ts";

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
    return mayFragmentBeEmpty(selection.name.value);
  };
  // Once for each: a few that spread each other twice could otherwise be walked through for ever.
  const known = new Map<string, boolean>();
  const mayFragmentBeEmpty = (name: string): boolean => {
    const fragment = fragments.get(name);
    const answer = known.get(name) ?? (fragment !== undefined && mayBeEmpty(fragment.selectionSet));
    known.set(name, answer);
    return answer;
  };
  return visit(document, {
    Field: ({ selectionSet, ...field }) => {
      if (selectionSet === undefined || !mayBeEmpty(selectionSet)) return undefined;
      const selections = [TYPENAME, ...selectionSet.selections];
      return { ...field, selectionSet: { ...selectionSet, selections } };
    },
  });
}
