/** Work for a worker thread. Its arguments and its result must be cloneable by `structuredClone`. */
export interface ComputeTask<Args, Result> {
  /** Unique among all tasks; it names the work in Prometheus figures and logs. */
  readonly name: string;
  /**
   * Does the work. An AppError that it throws reaches the caller with its code. A result belongs to the pool:
   * its array buffers are moved out of the thread.
   */
  readonly run: (args: Args, control: TaskControl) => Result | Promise<Result>;
}

/** A task of any arguments, as a list holds it. */
export type AnyComputeTask = ComputeTask<never, unknown>;

/** How running work learns that its result is not wanted any more, and reports how far it is. */
interface TaskControl {
  readonly signal: TaskSignal;
  /** Reports progress in units of the task. Cheap: the newest report is sent about ten times a second. */
  readonly report: (done: number, total: number) => void;
}

/**
 * The abort of a task, to be read between two parts of the work: it needs no turn of the event loop. Work
 * that never reads it is stopped with its thread.
 */
export interface TaskSignal {
  readonly aborted: boolean;
  throwIfAborted(): void;
}

/** The sentence of an aborted task inside its thread; no client receives it. */
const NOT_WANTED = "The result is not wanted any more.";

/** A signal that is aborted as soon as the shared flag holds the number of the call. */
export const signalOf = (flag: Int32Array, call: number): TaskSignal => ({
  get aborted() {
    return Atomics.load(flag, 0) === call;
  },
  throwIfAborted() {
    if (this.aborted) throw new DOMException(NOT_WANTED, "AbortError");
  },
});
