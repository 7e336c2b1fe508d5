import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** CPU seconds so far of a database server and all its processes, those that ended included. Linux only. */
export type CpuMeter = () => Promise<number>;

/** Clock ticks of a second, on every Linux that Node.js runs on. */
const TICKS = 100;

export async function cpuMeter(dataDir: string): Promise<CpuMeter> {
  const [pid = ""] = (await readFile(join(dataDir, "postmaster.pid"), "utf8")).split("\n");
  return async () => {
    let ticks = 0;
    for (const name of await readdir("/proc")) {
      const fields = /^\d+$/.test(name) ? await statOf(name) : undefined;
      // Parent; user and system time, its own and that of the children it has waited for.
      const [parent, user, system, ofChildrenUser, ofChildrenSystem] = [1, 11, 12, 13, 14].map(
        (index) => Number(fields?.[index]),
      ) as [number, number, number, number, number];
      if (name === pid) ticks += user + system + ofChildrenUser + ofChildrenSystem;
      else if (parent === Number(pid)) ticks += user + system;
    }
    return ticks / TICKS;
  };
}

/** What follows the name in a process's state; undefined for one that ended meanwhile. */
async function statOf(pid: string): Promise<string[] | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
