import { readFile } from "node:fs/promises";
import { unwatchFile, watchFile } from "node:fs";
import type { Logger } from "@allfunds/platform/logging";
import type { GraphQLSchema } from "graphql";
import type { Graph } from "./graph.ts";

const LOOK_EVERY_MS = 500;

/**
 * The graph in force, read from a file and again whenever the file changes. A broken file is
 * reported and the last good graph stays.
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

  /** Loads the file and starts to watch it. Throws when there is no usable graph to begin with. */
  static async open(
    file: string,
    build: (sdl: string) => Graph,
    logger: Logger,
  ): Promise<SupergraphSource> {
    const source = new SupergraphSource(file, build, logger, build(await readFile(file, "utf8")));
    watchFile(file, { interval: LOOK_EVERY_MS }, () => void source.#reload());
    return source;
  }

  get current(): Graph {
    return this.#current;
  }

  /** The graph a schema belongs to: a request that began under the old graph ends under it. */
  graphOf(schema: GraphQLSchema): Graph {
    return this.#bySchema.get(schema) ?? this.#current;
  }

  /** Calls the listener with the graph in force now and with each that replaces it. */
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
        "supergraph not reloaded, the last good one stays",
      );
    }
  }
}
