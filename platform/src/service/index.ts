export { defineSubgraph, type Service } from "./define-subgraph.ts";
export { runMigrate } from "./run-migrate.ts";
