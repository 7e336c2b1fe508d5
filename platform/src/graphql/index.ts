export { BatchLoader } from "./batch-loader.ts";
export {
  buildSubgraph,
  printSubgraph,
  type ReferenceResolver,
  type SubgraphDefinition,
} from "./build-subgraph.ts";
export { CacheControl } from "./cache-control.ts";
export { formatGraphqlError } from "./format-error.ts";
export { idempotencyKey } from "./idempotency-key.ts";
export { RequiresMfa, RequiresScopes, RequiresSignIn } from "./requires.ts";
export { serveGraphql, type ServeGraphqlOptions } from "./serve-graphql.ts";
