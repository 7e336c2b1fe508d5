/** A package that sends operations to the graph, and what is generated for it. */
export interface GraphClient {
  readonly name: string;
  /** Its GraphQL documents, from the repository's root. */
  readonly documents: string;
  /** The generated file, from the repository's root. */
  readonly output: string;
  /** How the client sends a document: as text, or as the parsed document of its GraphQL library. */
  readonly send: { readonly as: "text" } | { readonly as: "gql"; readonly library: string };
  /** Whether the generated types are read-only. */
  readonly immutable: boolean;
}

export const CLIENTS: readonly GraphClient[] = [
  {
    name: "rest-bridge",
    documents: "rest-bridge/src/**/*.graphql",
    output: "rest-bridge/src/graph/graph-types.generated.ts",
    send: { as: "text" },
    immutable: true,
  },
  {
    name: "web",
    documents: "web/src/**/*.graphql",
    output: "web/src/lib/graph/graph-types.generated.ts",
    send: { as: "gql", library: "@urql/core" },
    immutable: false,
  },
];
