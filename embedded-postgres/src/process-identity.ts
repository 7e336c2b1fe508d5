import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { errorCode } from "./error-code.ts";

const run = promisify(execFile);

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process is alive and belongs to another user.
    return errorCode(error) === "EPERM";
  }
}

/** When a process started; the system may have reused its pid since. */
export async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") return psField(pid, "lstart=");
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""),
    readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => ""),
  ]);
  // The second field is the name in parentheses and may hold spaces; field 22 is the start tick.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[19] ? `${boot.trim()}/${fields[19]}` : undefined;
}

/** The command line of a process, shortened for messages; undefined when it is gone or hidden. */
export async function commandOf(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") return psField(pid, "command=");
  const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return line.replaceAll("\0", " ").trim().slice(0, 120) || undefined;
}

async function psField(pid: number, field: string): Promise<string | undefined> {
  const answer = await run("ps", ["-o", field, "-p", String(pid)]).catch(() => undefined);
  return answer?.stdout.trim() || undefined;
}
