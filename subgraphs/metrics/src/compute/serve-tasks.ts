import { constants, platform, setPriority } from "node:os";
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { buffersOf, byteSizeOf } from "./cloned-value.ts";
import { signalOf, type AnyComputeTask } from "./compute-task.ts";
import {
  LOADED_TASK,
  toFailure,
  type ThreadCall,
  type ThreadData,
  type ThreadReport,
} from "./thread-messages.ts";

const PROGRESS_EVERY_MS = 100;

/** Is answered as soon as everything that the tasks need is loaded. */
const LOADED: AnyComputeTask = { name: LOADED_TASK, run: () => null };

/** Turns this thread into one that does the tasks of the list; the entry of a pool's thread calls it once. */
export function serveTasks(tasks: readonly AnyComputeTask[]): void {
  const port = parentPort;
  if (port === null) throw new Error("tasks are served in a worker thread");
  // Linux has a priority for each thread; elsewhere it would be that of the whole service.
  if (platform() === "linux") setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const byName = new Map([LOADED, ...tasks].map((task) => [task.name, task]));
  const { aborted } = workerData as ThreadData;
  port.on("message", (call: ThreadCall) => void answer(port, byName.get(call.task), call, aborted));
}

async function answer(
  port: MessagePort,
  task: AnyComputeTask | undefined,
  { id, task: name, args }: ThreadCall,
  aborted: Int32Array,
): Promise<void> {
  try {
    if (task === undefined) throw new Error(`no compute task is named ${name}`);
    const control = { signal: signalOf(aborted, id), report: progressOf(port, id) };
    const value = await task.run(args as never, control);
    sendResult(port, { id, kind: "done", value, bytes: byteSizeOf(value) });
  } catch (error) {
    const report: ThreadReport = { id, kind: "failed", failure: toFailure(error) };
    port.postMessage(report);
  }
}

function sendResult(port: MessagePort, report: ThreadReport & { readonly value: unknown }): void {
  try {
    port.postMessage(report, buffersOf(report.value));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    // The memory of a WebAssembly module cannot be moved.
    port.postMessage(report);
  }
}

function progressOf(port: MessagePort, id: number): (done: number, total: number) => void {
  let sentAt = Number.NEGATIVE_INFINITY;
  return (done, total) => {
    const now = performance.now();
    if (now - sentAt < PROGRESS_EVERY_MS && done < total) return;
    sentAt = now;
    const report: ThreadReport = { id, kind: "progress", done, total };
    port.postMessage(report);
  };
}
