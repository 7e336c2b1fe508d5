import { setFlagsFromString } from "node:v8";
import { Worker, type ResourceLimits } from "node:worker_threads";
import { AppError, isErrorCode, type Violation } from "@allfunds/contract/errors";

/** What a thread reports at its end. */
export type ThreadEnd<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | {
      readonly kind: "failed";
      readonly message: string;
      readonly stack: string;
      readonly code: string | undefined;
      readonly isRefusal: boolean;
      readonly isConnection: boolean;
      readonly violations: readonly Violation[] | undefined;
    };

interface ThreadWork<Report> {
  /** The file of the thread, without its ending, and where it is. */
  readonly entry: string;
  readonly beside: string;
  readonly workerData: unknown;
  readonly signal: AbortSignal;
  /** What it reports before its end. */
  readonly onReport: (report: Report) => void;
  readonly limits?: ResourceLimits;
  /** When a thread that does not end by itself, once aborted, is terminated. */
  readonly endWithinMs?: number;
}

/** Runs work in a thread of its own; resolves or rejects when that has ended. */
export async function runInThread<Result, Report extends { readonly kind: string }>({
  entry,
  beside,
  workerData,
  signal,
  onReport,
  limits = {},
  endWithinMs = 5_000,
}: ThreadWork<Report>): Promise<Result> {
  signal.throwIfAborted();
  const isSource = beside.endsWith(".ts");
  const onStarted = withYoungGeneration(limits.maxYoungGenerationSizeMb);
  const thread = new Worker(new URL(`${entry}.${isSource ? "ts" : "js"}`, beside), {
    workerData,
    // Run from its source, the thread loads the sources of other packages, too; Node.js strips their types.
    execArgv: isSource ? ["--conditions=source"] : [],
    resourceLimits: limits,
  });
  const ended = Promise.withResolvers<void>();
  let end: ThreadEnd<Result> | undefined;
  thread.on("message", (message: ThreadEnd<Result> | Report) => {
    if (isEnd(message)) end = message;
    else onReport(message);
  });
  thread.once("online", onStarted);
  thread.once("exit", onStarted);
  thread.once("error", ended.reject);
  thread.once("exit", () => ended.resolve());
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    thread.postMessage("end", []);
    timer = setTimeout(() => void thread.terminate(), endWithinMs);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await ended.promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  }
  if (end?.kind === "done") return end.result;
  signal.throwIfAborted();
  throw end === undefined ? new Error("the thread ended early") : toError(end);
}

/** The young generation is two halves, and as much for large objects. */
const HALVES = 3;

/**
 * The young generation that the command line gives the process wins over the limit of a thread, and would be most of
 * what the thread takes. It is the thread's while that starts; what is returned gives the process its own back.
 */
function withYoungGeneration(mb: number | undefined): () => void {
  const given = /--max[-_]semi[-_]space[-_]size=(\d+)/.exec(process.execArgv.join(" "))?.[1];
  if (mb === undefined || given === undefined) return () => undefined;
  setHalf(Math.max(1, Math.min(Number(given), Math.floor(mb / HALVES))));
  return () => setHalf(Number(given));
}

const setHalf = (mb: number): void => setFlagsFromString(`--max-semi-space-size=${mb}`);

const isEnd = <Result>(message: { readonly kind: string }): message is ThreadEnd<Result> =>
  message.kind === "done" || message.kind === "failed";

function toError(failed: Extract<ThreadEnd<never>, { readonly kind: "failed" }>): Error {
  const { message, stack, code, isRefusal, isConnection, violations } = failed;
  if (isRefusal && isErrorCode(code))
    return new AppError(code, message, violations === undefined ? {} : { violations });
  // By its code a lost connection is known as one, and the job runs again.
  const known = isConnection ? { code: code ?? "ECONNRESET" } : {};
  return Object.assign(new Error(message), { stack }, known);
}
