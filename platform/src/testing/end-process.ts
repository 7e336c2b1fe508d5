import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Whether a process has ended, or never began. One that a signal ended has no exit code, ever. */
export const hasEnded = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null;

/** Resolves when a process has ended, however it did, to its exit code. */
export async function untilEnded(child: ChildProcess): Promise<number | null> {
  if (!hasEnded(child)) await once(child, "exit");
  return child.exitCode;
}

/** Ends a process that may have ended already; resolves to its exit code. */
export function endProcess(
  child: ChildProcess,
  signal: NodeJS.Signals = "SIGKILL",
): Promise<number | null> {
  child.kill(signal);
  return untilEnded(child);
}
