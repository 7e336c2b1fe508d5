import { Worker } from "node:worker_threads";
import { AppError } from "@allfunds/contract/errors";
import { toError, type ThreadCall, type ThreadData, type ThreadReport } from "./thread-messages.ts";

/** What a call came to; `bytes` is about the memory that the value takes. */
export interface ThreadResult {
  readonly value: unknown;
  readonly bytes: number;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  /** The longest time the call may run, in milliseconds. */
  readonly limitMs: number;
}

/** Work that does not end by itself when aborted is stopped with its thread. */
const END_MS = 250;
/** A worker thread that does one call at a time. Once it `isOver`, its owner replaces it. */
export class PoolThread {
  readonly #worker: Worker;
  readonly #aborted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #exited = Promise.withResolvers<void>();
  #calls = 0;
  #isOver = false;
  #onReport: ((report: ThreadReport) => void) | undefined;
  #onLost: ((error: Error) => void) | undefined;

  /**
   * @param entry the module that serves the tasks, a source in tests or compiled
   * @param heapMb the most memory for objects; arrays of numbers are not part of it
   */
  constructor(entry: URL, heapMb: number) {
    const workerData: ThreadData = { aborted: this.#aborted };
    // A thread run from its source loads the sources of other packages, too; Node.js strips their types.
    const execArgv = entry.pathname.endsWith(".ts") ? ["--conditions=source"] : [];
    const resourceLimits = { maxOldGenerationSizeMb: heapMb };
    this.#worker = new Worker(entry, { workerData, execArgv, resourceLimits });
    // An idle thread does not keep the process alive.
    this.#worker.unref();
    this.#worker.on("message", (report: ThreadReport) => this.#onReport?.(report));
    this.#worker.once("error", (error) => this.#end(error));
    this.#worker.once("exit", () => {
      this.#end(new Error("the thread ended"));
      this.#exited.resolve();
    });
  }

  /** Whether it has ended or is being stopped. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Does one call. Rejects with the task's own error, with the signal's reason when aborted, with
   * UPSTREAM_TIMEOUT when it runs too long, and with INTERNAL_ERROR when the thread dies.
   */
  async run(task: string, args: unknown, options: CallOptions): Promise<ThreadResult> {
    const { signal, onProgress, limitMs } = options;
    signal.throwIfAborted();
    this.#calls += 1;
    const call: ThreadCall = { id: this.#calls, task, args };
    const outcome = Promise.withResolvers<ThreadResult>();
    this.#onReport = (report) => {
      if (report.id !== call.id) return;
      if (report.kind === "progress") onProgress(report.done, report.total);
      else if (report.kind === "done") outcome.resolve(report);
      else outcome.reject(toError(report.failure));
    };
    this.#onLost = outcome.reject;
    let end: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      Atomics.store(this.#aborted, 0, call.id);
      end = setTimeout(() => void this.stop(), END_MS);
    };
    const limit = setTimeout(() => void this.stop(tooLong(task, limitMs)), limitMs);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#worker.ref();
    try {
      this.#worker.postMessage(call, []);
      return await outcome.promise;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
      clearTimeout(end);
      clearTimeout(limit);
      this.#onReport = undefined;
      this.#onLost = undefined;
      this.#worker.unref();
    }
  }

  /** Stops the thread whatever it does; a running call is rejected with the reason. Resolves once it has ended. */
  async stop(reason: Error = new Error("the thread was stopped")): Promise<void> {
    this.#isOver = true;
    void this.#worker.terminate();
    await this.#exited.promise;
    this.#onLost?.(reason);
  }

  #end(error: Error): void {
    const wasStopped = this.#isOver;
    this.#isOver = true;
    if (!wasStopped) this.#onLost?.(lost(error));
  }
}

const tooLong = (task: string, limitMs: number): AppError =>
  new AppError("UPSTREAM_TIMEOUT", "The computation took too long. Request less at a time.", {
    detail: `${task} ran for ${limitMs} ms`,
  });

const lost = (cause: Error): AppError =>
  new AppError(
    "INTERNAL_ERROR",
    "The computation ended early. The details are in the service's log.",
    {
      cause,
      detail: cause.message,
    },
  );
