export { defineSubgraph, type Service } from "./define-subgraph.ts";
