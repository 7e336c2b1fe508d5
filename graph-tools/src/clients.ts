/** A package that sends operations to the graph, and what is generated for it. */
export interface GraphClient {
  readonly name: string;
  /** Its GraphQL documents, from the repository's root. */
  readonly documents: string;
  /** Those of its documents that another client has. */
  readonly except?: string;
  /** The generated file, from the repository's root. */
  readonly output: string;
  /**
   * How the client sends a document: as text, or as the parsed document of its GraphQL library. `live`: its
   * subscriptions alone as text, for a connection without that library.
   */
  readonly send:
    | { readonly as: "text" }
    | { readonly as: "live" }
    | { readonly as: "gql"; readonly library: string };
}

export const CLIENTS: readonly GraphClient[] = [
  {
    name: "rest-bridge",
    documents: "rest-bridge/src/**/*.graphql",
    except: "rest-bridge/src/tenancy/**",
    output: "rest-bridge/src/graph/graph-types.generated.ts",
    send: { as: "text" },
  },
  {
    name: "rest-bridge tests",
    documents: "rest-bridge/src/tenancy/*.graphql",
    output: "rest-bridge/src/tenancy/graph-types.generated.ts",
    send: { as: "text" },
  },
  {
    name: "analytics",
    documents: "subgraphs/analytics/src/**/*.graphql",
    output: "subgraphs/analytics/src/advice/graph/graph-types.generated.ts",
    send: { as: "text" },
  },
  {
    name: "web",
    documents: "web/src/**/*.graphql",
    output: "web/src/lib/graph/graph-types.generated.ts",
    send: { as: "gql", library: "@urql/core" },
  },
  {
    name: "web, live connection",
    documents: "web/src/**/*.graphql",
    output: "web/src/lib/live/live-texts.generated.ts",
    send: { as: "live" },
  },
];
