import { readFileSync } from "node:fs";
import { buildGraph, type Graph } from "./graph.ts";

/** The project's supergraph. */
export const OWN_SDL = readFileSync(new URL("../../supergraph.graphql", import.meta.url), "utf8");

let built: Graph | undefined;

/** The project's graph, built once for all test files of a worker. */
export const ownGraph = (): Graph =>
  (built ??= buildGraph(OWN_SDL, () => ({ baseUrls: {}, portOffset: 0 })));
