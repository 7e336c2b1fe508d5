import { constants, platform, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { AppError } from "@allfunds/contract/errors";
import { isConnectionFailure } from "../database/connection-failure.ts";
import type { ThreadEnd } from "./run-in-thread.ts";

/** Lets other threads go first. Not for work under a lock that others wait for. */
export function lowerPriority(): void {
  // Linux has a priority for each thread; elsewhere it would be that of the whole service.
  if (platform() === "linux") setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}

/** The whole of a thread: does its work and reports how it ended. */
export async function serveThread<Task, Result, Report>(
  work: (task: Task, signal: AbortSignal, report: (report: Report) => void) => Promise<Result>,
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("this file is the entry of a thread");
  const abort = new AbortController();
  port.once("message", () => abort.abort());
  const end = (message: ThreadEnd<Result>): void => port.postMessage(message);
  try {
    const report = (message: Report): void => port.postMessage(message);
    end({ kind: "done", result: await work(workerData as Task, abort.signal, report) });
  } catch (error) {
    end(failureOf(error));
  }
  port.close();
}

/** An error as it gets from one thread to another with what is decided by. */
function failureOf(error: unknown): ThreadEnd<never> {
  const { message, stack = message, code } = error as Error & { readonly code?: string };
  const isRefusal = error instanceof AppError;
  const isConnection = !isRefusal && isConnectionFailure(error);
  return {
    kind: "failed",
    message,
    stack,
    code: isRefusal ? error.code : code,
    isRefusal,
    isConnection,
    violations: isRefusal ? error.violations : undefined,
  };
}
