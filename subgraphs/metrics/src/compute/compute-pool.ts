import { AppError, shuttingDown } from "@allfunds/contract/errors";
import type { Logger } from "@allfunds/platform/logging";
import { settleAll } from "@allfunds/platform/settle-all";
import type { Registry } from "prom-client";
import type { ComputeTask } from "./compute-task.ts";
import { Flight, type Arguments, type Waiting, type Work } from "./flight.ts";
import { PoolFigures } from "./pool-figures.ts";
import { PoolThread, type ThreadResult } from "./pool-thread.ts";
import { ResultCache } from "./result-cache.ts";
import { TaskQueue } from "./task-queue.ts";
import { LOADED_TASK } from "./thread-messages.ts";

export interface ComputePoolOptions {
  /** The module that a thread runs: it calls `serveTasks`. */
  readonly entry: URL;
  /** Most threads; they start when there is work for them. */
  readonly threads: number;
  /** Memory for cached results, in bytes. */
  readonly cacheBytes: number;
  /** The longest time that one task may run, in milliseconds. */
  readonly limitMs: number;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Most waiting tasks of one tenant. */
  readonly maxWaitingPerTenant?: number;
  /** Most waiting tasks of all. */
  readonly maxWaiting?: number;
  /** The most memory for objects of one thread; arrays of numbers are not part of it. */
  readonly heapMb?: number;
}

export interface ComputeOptions extends Waiting {
  readonly tenantId: string;
  /**
   * The version of the series, what is computed, and its arguments. Equal keys of a tenant are equal work: it
   * is done once while it is under way, and its result is kept. Without a key the work is always done.
   */
  readonly key?: string;
  /** Part of a job: it takes turns with what the tenant's readers wait for. */
  readonly background?: boolean;
  /** The longest time it may run, in milliseconds, when that is not the pool's limit. */
  readonly limitMs?: number;
}

// One operation may request thousands of figures; only their keys wait, not their series.
const MAX_WAITING_PER_TENANT = 2_000;
const MAX_WAITING = 10_000;
const HEAP_MB = 256;
const LOAD_LIMIT_MS = 120_000;

/**
 * Does heavy work in worker threads, so that the event loop stays free. Tenants take turns. Results are shared
 * by all that request equal work: no caller may change one.
 */
export class ComputePool {
  readonly #options: ComputePoolOptions;
  readonly #cache: ResultCache;
  readonly #figures: PoolFigures;
  readonly #queue = new TaskQueue<Flight>();
  readonly #flights = new Map<string, Flight>();
  /** Work that reads its arguments, waits for a thread or runs. */
  readonly #admitted = new Set<Flight>();
  readonly #threads = new Set<PoolThread>();
  readonly #idle: PoolThread[] = [];
  readonly #wanted: ((thread: PoolThread) => void)[] = [];
  #isStopped = false;

  constructor(options: ComputePoolOptions) {
    this.#options = options;
    this.#cache = new ResultCache(options.cacheBytes);
    this.#figures = new PoolFigures(options.registry, {
      waiting: () => this.#queue.size,
      running: () => this.#threads.size - this.#idle.length,
      threads: () => this.#threads.size,
      cacheBytes: () => this.#cache.bytes,
    });
  }

  /**
   * Does a task, or finds its result. Arguments given as a function are read only when the work is really done.
   * Arrays are copied to the thread, except those on a SharedArrayBuffer. Rejects with the task's own error;
   * with the signal's reason when aborted; with RATE_LIMITED and UPSTREAM_UNAVAILABLE when too much waits, of
   * the tenant or of all; with UPSTREAM_TIMEOUT when it runs too long; with SHUTTING_DOWN at the end.
   */
  async run<Args, Result>(
    task: ComputeTask<Args, Result>,
    args: Arguments<Args>,
    options: ComputeOptions,
  ): Promise<Result> {
    if (this.#isStopped) throw shuttingDown();
    options.signal?.throwIfAborted();
    const key =
      options.key === undefined ? null : `${options.tenantId} ${task.name} ${options.key}`;
    const cached = key === null ? undefined : this.#cache.get(key);
    if (cached !== undefined) {
      this.#figures.requested(task.name, "cached");
      return cached.value as Result;
    }
    const shared = key === null ? undefined : this.#flights.get(key);
    this.#figures.requested(task.name, shared === undefined ? "new" : "shared");
    const owner = options.background === true ? `${options.tenantId} background` : options.tenantId;
    const { limitMs = this.#options.limitMs } = options;
    const flight = shared ?? this.#begin({ task: task.name, args, owner, key, limitMs });
    return (await flight.join(options)) as Result;
  }

  /** Resolves when a thread has loaded what the tasks need, so that the first work does not wait for it. */
  async load(): Promise<void> {
    const thread = await this.#takeThread();
    const { signal } = new AbortController();
    try {
      await thread.run(LOADED_TASK, null, {
        signal,
        onProgress: () => undefined,
        limitMs: LOAD_LIMIT_MS,
      });
    } finally {
      this.#giveBack(thread);
    }
  }

  /** Ends all work, which fails with SHUTTING_DOWN, and all threads. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (let next = this.#queue.next(); next !== undefined; next = this.#queue.next()) {
      next.fail(shuttingDown());
    }
    for (const flight of this.#admitted) flight.fail(shuttingDown());
    await settleAll(Array.from(this.#threads, (thread) => thread.stop()));
  }

  #begin(work: Work): Flight {
    this.#refuseWhenFull(work.owner);
    const flight = new Flight(work);
    const { key, owner } = work;
    if (key !== null) this.#flights.set(key, flight);
    this.#queue.add(owner, flight);
    const onAbort = (): void => {
      if (this.#queue.remove(owner, flight)) this.#figures.ended(work.task, "aborted");
      // Who requests it from now on must not join work that is being ended.
      this.#leave(flight);
    };
    flight.signal.addEventListener("abort", onAbort, { once: true });
    // Later, so that what one turn requests together is queued before any of it begins.
    queueMicrotask(() => this.#admit());
    return flight;
  }

  #refuseWhenFull(owner: string): void {
    const { maxWaiting = MAX_WAITING, maxWaitingPerTenant = MAX_WAITING_PER_TENANT } =
      this.#options;
    if (this.#queue.sizeOf(owner) >= maxWaitingPerTenant) {
      throw new AppError(
        "RATE_LIMITED",
        `${maxWaitingPerTenant} computations are waiting already. Request fewer at a time.`,
      );
    }
    if (this.#queue.size >= maxWaiting) {
      throw new AppError("UPSTREAM_UNAVAILABLE", "Too much is being computed. Try again shortly.");
    }
  }

  /** Begins waiting work. While each thread runs one task, the arguments of another are read. */
  #admit(): void {
    while (this.#admitted.size < 2 * this.#options.threads) {
      const flight = this.#queue.next();
      if (flight === undefined) return;
      this.#admitted.add(flight);
      void this.#execute(flight).finally(() => {
        this.#admitted.delete(flight);
        this.#admit();
      });
    }
  }

  async #execute(flight: Flight): Promise<void> {
    const { task, key } = flight.work;
    try {
      const args = await flight.readArguments();
      const { value, bytes } = await this.#inThread(flight, args);
      if (key !== null) this.#cache.set(key, value, bytes);
      this.#leave(flight);
      flight.succeed(value);
      this.#figures.ended(task, "done");
    } catch (error) {
      const { aborted } = flight.signal;
      this.#leave(flight);
      flight.fail(error);
      this.#figures.ended(task, aborted ? "aborted" : "failed");
      if (!aborted && !(error instanceof AppError && error.status < 500)) {
        this.#options.logger.warn({ err: error, task }, "a computation failed");
      }
    }
  }

  async #inThread(flight: Flight, args: unknown): Promise<ThreadResult> {
    const thread = await this.#takeThread();
    const { signal, onProgress } = flight;
    const { task, limitMs } = flight.work;
    const measured = this.#figures.measure(task);
    try {
      if (this.#isStopped) throw shuttingDown();
      return await thread.run(task, args, { signal, onProgress, limitMs });
    } finally {
      measured();
      this.#giveBack(thread);
    }
  }

  #takeThread(): PoolThread | Promise<PoolThread> {
    if (this.#isStopped) throw shuttingDown();
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.isOver) return idle;
      this.#threads.delete(idle);
    }
    if (this.#threads.size < this.#options.threads) return this.#startThread();
    return new Promise((resolve) => {
      this.#wanted.push(resolve);
    });
  }

  #startThread(): PoolThread {
    const { entry, heapMb = HEAP_MB } = this.#options;
    const thread = new PoolThread(entry, heapMb);
    this.#threads.add(thread);
    return thread;
  }

  #giveBack(thread: PoolThread): void {
    if (thread.isOver) this.#threads.delete(thread);
    const next = this.#wanted.shift();
    if (next !== undefined) next(thread.isOver && !this.#isStopped ? this.#startThread() : thread);
    else if (!thread.isOver) this.#idle.push(thread);
  }

  #leave(flight: Flight): void {
    const { key } = flight.work;
    if (key !== null && this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
