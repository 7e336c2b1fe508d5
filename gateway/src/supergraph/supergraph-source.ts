import { readFile } from "node:fs/promises";
import { unwatchFile, watchFile } from "node:fs";
import type { Logger } from "@allfunds/platform/logging";
import type { GraphQLSchema } from "graphql";
import type { Graph } from "./graph.ts";

const POLL_INTERVAL_MS = 500;

export interface SourceOptions {
  /** The file with the composed supergraph. */
  readonly file: string;
  readonly build: (sdl: string) => Graph;
  readonly logger: Logger;
  /** Prepares a new graph before it replaces the old one. */
  readonly warm?: (old: Graph, graph: Graph) => Promise<void>;
}

/**
 * The current graph, read from a file and reloaded whenever the file changes. A broken file is logged and
 * the last good graph stays.
 */
export class SupergraphSource {
  readonly #options: SourceOptions;
  readonly #listeners = new Set<(graph: Graph) => void>();
  readonly #bySchema = new WeakMap<GraphQLSchema, Graph>();
  #current: Graph;
  /** One version after the other, so that the last one written stays. */
  #reloading = Promise.resolve();

  private constructor(options: SourceOptions, first: Graph) {
    this.#options = options;
    this.#current = first;
    this.#bySchema.set(first.apiSchema, first);
  }

  /** Loads the file and watches it. Throws when it has no usable graph. */
  static async open(options: SourceOptions): Promise<SupergraphSource> {
    const first = options.build(await readFile(options.file, "utf8"));
    await first.planner.load();
    const source = new SupergraphSource(options, first);
    watchFile(options.file, { interval: POLL_INTERVAL_MS }, () => {
      source.#reloading = source.#reloading.then(async () => source.#reload());
    });
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

  async close(): Promise<void> {
    unwatchFile(this.#options.file);
    await this.#reloading;
    await this.#current.planner.close();
    await this.#current.chainPlanner?.close();
  }

  async #reload(): Promise<void> {
    const { file, build, logger } = this.#options;
    try {
      const sdl = await readFile(file, "utf8");
      if (sdl === this.#current.sdl) return;
      const graph = build(sdl);
      await graph.planner.load();
      await this.#options.warm?.(this.#current, graph);
      this.#bySchema.set(graph.apiSchema, graph);
      this.#current = graph;
      for (const listener of this.#listeners) listener(graph);
      logger.info({ file }, "supergraph reloaded");
    } catch (error) {
      logger.error({ err: error, file }, "supergraph not reloaded, the last good one is kept");
    }
  }
}
