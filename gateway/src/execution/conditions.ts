import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  visit,
  type DirectiveNode,
  type DocumentNode,
} from "graphql";

/** `@skip` or `@include`: what it stands on comes and goes with variables. */
export const isCondition = ({ name }: DirectiveNode): boolean =>
  name.value === GraphQLSkipDirective.name || name.value === GraphQLIncludeDirective.name;

export function hasConditions(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive: (directive) => {
      found ||= isCondition(directive);
    },
  });
  return found;
}
