import type { CodegenPlugin } from "@graphql-codegen/plugin-helpers";
import {
  concatAST,
  Kind,
  OperationTypeNode,
  print,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from "graphql";

const OPERATION_TYPE = `
/** An operation as text, with the types of its variables and its result. */
export interface GraphOperation<Result = unknown, Variables = never> {
  readonly name: string;
  readonly kind: "query" | "mutation" | "subscription";
  readonly document: string;
  /** For the compiler alone: never set. */
  readonly types?: (variables: Variables) => Result;
}`;

/** Writes each operation as a constant: its text with the fragments it needs. */
export const textDocuments: CodegenPlugin = {
  plugin: (_schema, files) => {
    const all = concatAST(files.flatMap(({ document }) => document ?? []));
    const operations = all.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    return [OPERATION_TYPE, ...operations.map((operation) => constant(operation, all))].join(
      "\n\n",
    );
  },
};

/** Writes each subscription as its shortest text, with the names of all types as a cache needs them. */
export const liveTexts: CodegenPlugin = {
  plugin: (_schema, files) => {
    const all = withTypeNames(concatAST(files.flatMap(({ document }) => document ?? [])));
    return all.definitions
      .filter((node) => node.kind === Kind.OPERATION_DEFINITION)
      .filter(({ operation }) => operation === OperationTypeNode.SUBSCRIPTION)
      .map((operation) => {
        const text = [operation, ...fragmentsOf(operation, all)].map(print).join("\n");
        return `export const ${operation.name?.value}Text = ${JSON.stringify(stripIgnoredCharacters(text))};`;
      })
      .join("\n\n");
  },
};

const TYPE_NAME: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: "__typename" },
};

const withTypeNames = (document: DocumentNode): DocumentNode =>
  visit(document, {
    SelectionSet: (node, _key, parent) =>
      parent !== undefined && "operation" in parent
        ? undefined
        : { ...node, selections: [...node.selections, TYPE_NAME] },
  });

function constant(operation: OperationDefinitionNode, all: DocumentNode): string {
  const name = operation.name?.value;
  if (name === undefined) throw new Error(`An operation has no name: ${print(operation)}`);
  const type = `${name}${operation.operation[0]?.toUpperCase()}${operation.operation.slice(1)}`;
  const text = [operation, ...fragmentsOf(operation, all)].map(print).join("\n");
  return [
    `export const ${name}Document: GraphOperation<${type}, ${type}Variables> = {`,
    `  name: "${name}",`,
    `  kind: "${operation.operation}",`,
    `  document: ${JSON.stringify(text)},`,
    `};`,
  ].join("\n");
}

/** The fragments an operation spreads, directly or through others, in the order of use. */
function fragmentsOf(
  operation: OperationDefinitionNode,
  { definitions }: DocumentNode,
): FragmentDefinitionNode[] {
  const found = new Map<string, FragmentDefinitionNode>();
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: ({ name }) => {
        const fragment = definitions.find(
          (other) => other.kind === Kind.FRAGMENT_DEFINITION && other.name.value === name.value,
        );
        if (fragment?.kind !== Kind.FRAGMENT_DEFINITION || found.has(name.value)) return;
        found.set(name.value, fragment);
        collect(fragment);
      },
    });
  };
  collect(operation);
  return [...found.values()];
}
