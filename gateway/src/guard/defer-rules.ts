import {
  type ASTVisitor,
  type DirectiveNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type ValidationContext,
} from "graphql";
import { isDefer } from "../operation/collect-fields.ts";

/** Requires that the label of a `@defer` is a text, and no other has it: clients distinguish parts by labels. */
export function uniqueDeferLabels(context: ValidationContext): ASTVisitor {
  const labels = new Set<string>();
  return {
    Directive(directive) {
      const label = isDefer(directive) ? labelOf(directive) : undefined;
      if (label === undefined) return;
      if (label.kind !== Kind.STRING)
        report(context, "The label of @defer must be a text, not a variable.", directive);
      else if (labels.has(label.value))
        report(context, `The label "${label.value}" of @defer is not unique.`, directive);
      else labels.add(label.value);
    },
  };
}

/** Requires that no root field of a mutation or subscription is deferred: these run one after the other. */
export function noDeferredRootFields(context: ValidationContext): ASTVisitor {
  const schema = context.getSchema();
  return {
    Directive(directive) {
      const parent = context.getParentType();
      const isRoot = [OperationTypeNode.MUTATION, OperationTypeNode.SUBSCRIPTION].some(
        (root) => parent !== undefined && parent === schema.getRootType(root),
      );
      if (isDefer(directive) && isRoot)
        report(context, "The root fields of mutations and subscriptions run at once.", directive);
    },
  };
}

const labelOf = (directive: DirectiveNode) =>
  directive.arguments?.find(({ name }) => name.value === "label")?.value;

const report = (context: ValidationContext, message: string, directive: DirectiveNode): void =>
  context.reportError(new GraphQLError(message, { nodes: directive }));
