import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import { isCondition } from "../operation/collect-fields.ts";
import type { Variables } from "../operation/operation-request.ts";

const deciding = new WeakMap<DocumentNode, readonly string[]>();

/** The variables on which `@skip` and `@include` of a document depend, in its order. */
export function decidingVariables(document: DocumentNode): readonly string[] {
  const known = deciding.get(document);
  if (known !== undefined) return known;
  const names = new Set<string>();
  visit(document, {
    Directive: (directive) => {
      const value = isCondition(directive) ? valueOf(directive) : undefined;
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  const found = [...names];
  deciding.set(document, found);
  return found;
}

export const TYPENAME: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: "__typename" },
};

/**
 * A document without `@skip` and `@include`, and without what they leave out. The planner puts the conditions of a
 * field that requires others on whole requests, and would leave out the other fields of these.
 */
export function withoutConditions(document: DocumentNode, variables: Variables): DocumentNode {
  const isLeftOut = ({ directives = [] }: SelectionNode): boolean =>
    directives.some(
      (one) => isCondition(one) && isTrue(one, variables) !== (one.name.value === "include"),
    );
  return visit(document, {
    SelectionSet: (set): SelectionSetNode | undefined => {
      const selections = set.selections.filter((one) => !isLeftOut(one));
      if (selections.length === set.selections.length) return undefined;
      return { ...set, selections: selections.length === 0 ? [TYPENAME] : selections };
    },
    Directive: (directive) => (isCondition(directive) ? null : undefined),
  });
}

const valueOf = ({ arguments: given }: DirectiveNode) =>
  given?.find(({ name }) => name.value === "if")?.value;

function isTrue(directive: DirectiveNode, variables: Variables): boolean {
  const value = valueOf(directive);
  if (value?.kind === Kind.VARIABLE) return variables[value.name.value] === true;
  return value?.kind === Kind.BOOLEAN && value.value;
}
