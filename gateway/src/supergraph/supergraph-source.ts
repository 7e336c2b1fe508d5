import { readFile } from "node:fs/promises";
import { unwatchFile, watchFile } from "node:fs";
import type { Logger } from "@allfunds/platform/logging";
import type { GraphQLSchema } from "graphql";
import type { Graph } from "./graph.ts";

const POLL_INTERVAL_MS = 500;

/**
 * The current graph, read from a file and reloaded whenever the file changes. A broken file is logged and
 * the last good graph stays.
 */
export class SupergraphSource {
  readonly #file: string;
  readonly #build: (sdl: string) => Graph;
  readonly #logger: Logger;
  readonly #listeners = new Set<(graph: Graph) => void>();
  readonly #bySchema = new WeakMap<GraphQLSchema, Graph>();
  #current: Graph;

  private constructor(file: string, build: (sdl: string) => Graph, logger: Logger, first: Graph) {
    this.#file = file;
    this.#build = build;
    this.#logger = logger;
    this.#current = first;
    this.#bySchema.set(first.apiSchema, first);
  }

  /** Loads the file and watches it. Throws when it has no usable graph. */
  static async open(
    file: string,
    build: (sdl: string) => Graph,
    logger: Logger,
  ): Promise<SupergraphSource> {
    const source = new SupergraphSource(file, build, logger, build(await readFile(file, "utf8")));
    watchFile(file, { interval: POLL_INTERVAL_MS }, () => void source.#reload());
    return source;
  }

  get current(): Graph {
    return this.#current;
  }

  /** The graph of a schema: a request that began with an older graph ends with it. */
  graphOf(schema: GraphQLSchema): Graph {
    return this.#bySchema.get(schema) ?? this.#current;
  }

  /** Calls the listener with the current graph and with each later one. */
  follow(listener: (graph: Graph) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#current);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    unwatchFile(this.#file);
  }

  async #reload(): Promise<void> {
    try {
      const sdl = await readFile(this.#file, "utf8");
      if (sdl === this.#current.sdl) return;
      const graph = this.#build(sdl);
      this.#bySchema.set(graph.apiSchema, graph);
      this.#current = graph;
      for (const listener of this.#listeners) listener(graph);
      this.#logger.info({ file: this.#file }, "supergraph reloaded");
    } catch (error) {
      this.#logger.error(
        { err: error, file: this.#file },
        "supergraph not reloaded, the last good one is kept",
      );
    }
  }
}
