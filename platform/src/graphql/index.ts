export { BatchLoader } from "./batch-loader.ts";
export {
  buildSubgraph,
  printSubgraph,
  type ReferenceResolver,
  type SubgraphDefinition,
} from "./build-subgraph.ts";
export { formatGraphqlError } from "./format-error.ts";
export { RequiresMfa, RequiresScopes, RequiresSignIn } from "./requires.ts";
export { serveGraphql, type ServeGraphqlOptions } from "./serve-graphql.ts";
export { readVariables } from "./read-variables.ts";
