import { readFile, readdir } from "node:fs/promises";

const TICK_MICROS = 10_000;

/** CPU time used so far, in microseconds: by a PostgreSQL with all its processes, and by this process. */
export interface CpuUse {
  /** Undefined where there is no /proc. */
  readonly server: number | undefined;
  readonly service: number;
}

export async function cpuUse(serverPid: number): Promise<CpuUse> {
  const { user, system } = process.cpuUsage();
  return { server: await familyMicros(serverPid), service: user + system };
}

/** Processes that ended are in their parent's account of waited-for children. */
async function familyMicros(pid: number): Promise<number | undefined> {
  try {
    let micros = 0;
    for (const name of await readdir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const fields = await statFields(name);
      if (fields === undefined) continue;
      if (Number(name) === pid) micros += sum(fields.slice(11, 15));
      else if (Number(fields[1]) === pid) micros += sum(fields.slice(11, 13));
    }
    return micros * TICK_MICROS;
  } catch {
    return undefined;
  }
}

/** What follows the command in /proc/pid/stat: state, parent, …, and from the 11th on the CPU ticks. */
async function statFields(pid: string): Promise<string[] | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

const sum = (ticks: readonly string[]): number =>
  ticks.reduce((all, text) => all + Number(text), 0);
