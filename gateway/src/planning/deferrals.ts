import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  getDirectiveValues,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLString,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import { isDefer } from "../operation/collect-fields.ts";
import { fragmentsOf, type Variables } from "../operation/operation-request.ts";

/** The deferred fragments of an operation. */
export interface Deferrals {
  /** The operation with each deferred fragment inline, once for each of its places, labelled by a number. */
  readonly document: DocumentNode;
  /** The client's labels by that number. */
  readonly labels: readonly (string | undefined)[];
  /** Equal for the variables that defer the same fragments. */
  readonly key: string;
}

const DEFER = new GraphQLDirective({
  name: "defer",
  locations: [],
  args: { if: { type: GraphQLBoolean, defaultValue: true }, label: { type: GraphQLString } },
});

/** A document in which nothing is deferred. */
export const withoutDefer = (document: DocumentNode): DocumentNode =>
  visit(document, { Directive: (directive) => (isDefer(directive) ? null : undefined) });

/** What an operation defers with its variables; undefined when it defers nothing. */
export function deferralsOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): Deferrals | undefined {
  const inliner = new Inliner(fragmentsOf(document), variables);
  const selectionSet = inliner.inline(operation.selectionSet);
  if (inliner.labels.length === 0) return undefined;
  return {
    document: { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }] },
    labels: inliner.labels,
    key: inliner.decisions,
  };
}

class Inliner {
  readonly labels: (string | undefined)[] = [];
  /** One digit for each `@defer` in the order of the document. */
  decisions = "";
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Variables;

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, variables: Variables) {
    this.#fragments = fragments;
    this.#variables = variables;
  }

  inline(set: SelectionSetNode): SelectionSetNode {
    return { ...set, selections: set.selections.flatMap((one) => this.#selection(one)) };
  }

  #selection(selection: SelectionNode): SelectionNode[] {
    if (selection.kind !== Kind.FIELD) return this.#fragment(selection);
    const { selectionSet } = selection;
    return [
      selectionSet === undefined
        ? selection
        : { ...selection, selectionSet: this.inline(selectionSet) },
    ];
  }

  #fragment(selection: InlineFragmentNode | FragmentSpreadNode): SelectionNode[] {
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : this.#fragments.get(selection.name.value);
    if (fragment === undefined) return [];
    const { typeCondition, selectionSet } = fragment;
    const directives = this.#directives(selection);
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        ...(typeCondition === undefined ? {} : { typeCondition }),
        directives,
        selectionSet: this.inline(selectionSet),
      },
    ];
  }

  #directives(selection: InlineFragmentNode | FragmentSpreadNode): DirectiveNode[] {
    const given = selection.directives ?? [];
    const others = given.filter((directive) => !isDefer(directive));
    if (others.length === given.length) return others;
    const values = getDirectiveValues(DEFER, selection, this.#variables) ?? {};
    const isDeferred = values["if"] !== false;
    this.decisions += isDeferred ? "1" : "0";
    if (!isDeferred) return others;
    const { label } = values;
    const id = this.labels.push(typeof label === "string" ? label : undefined) - 1;
    return [...others, deferLabelled(String(id))];
  }
}

const deferLabelled = (value: string): DirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: DEFER.name },
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: "label" },
      value: { kind: Kind.STRING, value },
    },
  ],
});
