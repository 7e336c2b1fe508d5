import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import { AppError, shuttingDown } from "@allfunds/contract/errors";
import type { QueryPlan } from "@apollo/query-planner";

/** Loads a version of a source's supergraph. */
export interface LoadCall {
  readonly kind: "load";
  readonly source: number;
  readonly graph: number;
  readonly sdl: string;
}

/** Plans one operation. */
export interface PlanCall {
  readonly kind: "plan";
  readonly source: number;
  readonly graph: number;
  readonly document: string;
  readonly operationName: string | undefined;
  /** Whether each label of `@override` applies. */
  readonly overrides: Readonly<Record<string, boolean>>;
}

interface EvictCall {
  readonly kind: "evict";
  readonly source: number;
}

export type ThreadCall = LoadCall | PlanCall | EvictCall;

/** The thread's answer to a call; it answers them in their order. */
export type ThreadAnswer = { readonly plan: string } | { readonly failure: string };

interface Waiting {
  readonly call: ThreadCall;
  readonly resolve: (plan: string) => void;
  readonly reject: (reason: Error) => void;
}

const IS_SOURCE = import.meta.url.endsWith(".ts");
const ENTRY = new URL(IS_SOURCE ? "planning-thread.ts" : "planning-thread.js", import.meta.url);
const LOAD_LIMIT_MS = 60_000;
const MAX_WAITING = 500;
/** Calls that the thread has received at once: it need not wait for the next one, and what waits here can be dropped. */
const MAX_SENT = 2;
/** Operations that began with an older graph end with it. */
const MAX_GRAPHS_OF_SOURCE = 3;

/** The thread that loads supergraphs and plans operations, in the order of the calls. */
class PlanningThread {
  #waiting: Waiting[] = [];
  /** How many of them the thread has received. */
  #sent = 0;
  /** Sources whose operations are no longer planned. */
  readonly #closing = new Set<number>();
  /** What a new thread has to load, by graph. */
  readonly #loaded = new Map<number, LoadCall>();
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  planLimitMs = 5_000;

  /** Starts the thread before there is a call for it. */
  start(): void {
    this.#worker ??= this.#start();
  }

  /** Does a call. Rejects with OPERATION_LIMIT_EXCEEDED when an operation takes too long to plan. */
  async call(call: ThreadCall): Promise<string> {
    if (call.kind === "plan" && this.#closing.has(call.source)) throw shuttingDown();
    if (call.kind === "plan" && this.#waiting.length >= MAX_WAITING)
      throw new AppError("RATE_LIMITED", "Too many operations wait to be planned.");
    if (call.kind === "evict") this.#evict(call.source, 0);
    const plan = await new Promise<string>((resolve, reject) => {
      if (this.#worker === undefined) this.#restart();
      this.#waiting.push({ call, resolve, reject });
      this.#send();
      if (this.#waiting.length === 1) this.#limitFirst();
    });
    if (call.kind === "load") {
      this.#loaded.set(call.graph, call);
      this.#evict(call.source, MAX_GRAPHS_OF_SOURCE);
    }
    return plan;
  }

  /** Refuses the operations of a source that wait, and later ones, with SHUTTING_DOWN. */
  refuse(source: number): void {
    this.#closing.add(source);
    const isRefused = ({ call }: Waiting, place: number): boolean =>
      place >= this.#sent && call.kind === "plan" && call.source === source;
    const refused = this.#waiting.filter(isRefused);
    this.#waiting = this.#waiting.filter((waiting, place) => !isRefused(waiting, place));
    for (const { reject } of refused) reject(shuttingDown());
  }

  #send(): void {
    for (const { call } of this.#waiting.slice(this.#sent, MAX_SENT)) {
      this.#worker?.postMessage(call, []);
      this.#sent += 1;
    }
  }

  /** Starts a thread that first loads what the last one had. */
  #restart(): void {
    this.#worker = this.#start();
    this.#waiting = [...[...this.#loaded.values()].map(reloading), ...this.#waiting];
    this.#sent = 0;
    this.#send();
    this.#limitFirst();
  }

  #start(): Worker {
    const cache = getCompileCacheDir();
    const worker = new Worker(ENTRY, {
      // A thread run from its source loads the sources of other packages, too; Node.js strips their types.
      execArgv: IS_SOURCE ? ["--conditions=source"] : [],
      env: {
        // ApolloGateway would send figures to its maker.
        APOLLO_TELEMETRY_DISABLED: "true",
        NODE_ENV: "production",
        // Compiled code is kept in a folder for each version of Node.js.
        ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) }),
      },
    });
    worker.on("message", (answer: ThreadAnswer) => {
      if (worker === this.#worker) this.#answered(answer);
    });
    worker.once("error", (error) => this.#lost(worker, error));
    worker.once("exit", () => this.#lost(worker, new Error("the planning thread ended")));
    worker.unref();
    return worker;
  }

  #answered(answer: ThreadAnswer): void {
    const first = this.#waiting.shift();
    this.#sent -= 1;
    this.#send();
    this.#limitFirst();
    if ("plan" in answer) first?.resolve(answer.plan);
    else first?.reject(new Error(answer.failure));
  }

  #limitFirst(): void {
    clearTimeout(this.#timer);
    const [first] = this.#waiting;
    if (first === undefined) return this.#worker?.unref();
    // A caller waits, so the process has to stay.
    this.#worker?.ref();
    const limitMs = first.call.kind === "plan" ? this.planLimitMs : LOAD_LIMIT_MS;
    this.#timer = setTimeout(() => this.#lost(this.#worker, tooLong()), limitMs);
  }

  /** Fails the first call and does the others with a new thread. */
  #lost(worker: Worker | undefined, reason: Error): void {
    if (worker === undefined || worker !== this.#worker) return;
    clearTimeout(this.#timer);
    this.#worker = undefined;
    void worker.terminate();
    this.#waiting = this.#waiting.filter(({ reject }) => reject !== nothing);
    this.#waiting.shift()?.reject(reason);
    if (this.#waiting.length > 0) this.#restart();
  }

  /** Keeps only the latest graphs of a source. */
  #evict(source: number, kept: number): void {
    const graphs = [...this.#loaded.values()].filter((call) => call.source === source);
    for (const { graph } of graphs.slice(0, Math.max(0, graphs.length - kept)))
      this.#loaded.delete(graph);
  }
}

const nothing = () => undefined;
const reloading = (call: LoadCall): Waiting => ({ call, resolve: nothing, reject: nothing });

const tooLong = (): AppError =>
  new AppError("OPERATION_LIMIT_EXCEEDED", "The operation takes too long to plan. Ask for less.");

const thread = new PlanningThread();

/** Starts the thread, which loads its modules while the service does the rest of its start. */
export const startPlanning = (): void => thread.start();

/** Sets the longest time to plan one operation, in milliseconds. */
export const limitPlanning = (limitMs: number): void => {
  thread.planLimitMs = limitMs;
};

let lastGraph = 0;
let lastSource = 0;

/** A number for a supergraph whose versions replace each other; the next one is for their separated graphs. */
export const newPlannerSource = (): number => (lastSource += 2);

/** Refuses the operations of a source that wait to be planned, and later ones, with SHUTTING_DOWN. */
export function refusePlanning(source: number): void {
  thread.refuse(source);
  thread.refuse(separatedSource(source));
}

/** The number for the separated graphs of a source. */
export const separatedSource = (source: number): number => source + 1;

/** Plans the operations of one version of a supergraph, in a thread of its own. */
export class Planner {
  readonly #source: number;
  readonly #sdl: string;
  readonly #graph = (lastGraph += 1);
  #loading: Promise<string> | undefined;

  constructor(sdl: string, source: number) {
    this.#sdl = sdl;
    this.#source = source;
  }

  /** Loads the supergraph. Rejects with the reason when it is not usable. */
  async load(): Promise<void> {
    const [source, graph, sdl] = [this.#source, this.#graph, this.#sdl];
    await (this.#loading ??= thread.call({ kind: "load", source, graph, sdl }));
  }

  /** The plan of an operation; rejects with OPERATION_LIMIT_EXCEEDED when it takes too long. */
  async plan(
    operation: Pick<PlanCall, "document" | "operationName" | "overrides">,
  ): Promise<QueryPlan> {
    await this.load();
    const [source, graph] = [this.#source, this.#graph];
    return JSON.parse(
      await thread.call({ kind: "plan", source, graph, ...operation }),
    ) as QueryPlan;
  }

  /** Frees every version of the supergraph. */
  async close(): Promise<void> {
    if (this.#loading !== undefined) await thread.call({ kind: "evict", source: this.#source });
  }
}
