import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Memory of a process tree. */
export interface MemoryUse {
  megabytes: number;
  processes: number;
}

/**
 * Memory of these processes and all their descendants. On Linux shared pages are counted once
 * (proportional set size): PostgreSQL's processes share most of theirs.
 */
export async function memoryOf(roots: readonly number[]): Promise<MemoryUse> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,rss="]);
  const rows = stdout
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const tree = descendants(roots, rows);
  const kilobytes = await Promise.all(
    rows.filter(([pid = 0]) => tree.has(pid)).map(([pid = 0, , rss = 0]) => sizeOf(pid, rss)),
  );
  const total = kilobytes.reduce((sum, size) => sum + size, 0);
  return { megabytes: Math.round(total / 1024), processes: kilobytes.length };
}

function descendants(roots: readonly number[], rows: number[][]): Set<number> {
  const found = new Set(roots);
  let grew = true;
  while (grew) {
    const before = found.size;
    for (const [pid = 0, parent = 0] of rows) if (found.has(parent)) found.add(pid);
    grew = found.size > before;
  }
  return found;
}

async function sizeOf(pid: number, residentKilobytes: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  const proportional = /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1];
  return proportional === undefined ? residentKilobytes : Number(proportional);
}
