import { execFile } from "node:child_process";
import { readFile, readdir, readlink } from "node:fs/promises";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { commandOf } from "./process-identity.ts";

const run = promisify(execFile);
const LISTENING = "0A";

/** Whether a TCP port can be bound on the address right now. */
export function isPortFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Names the process that listens on a port, if this user may see it. */
export async function describePortHolder(port: number): Promise<string> {
  const pid =
    process.platform === "linux" ? await holderFromProc(port) : await holderFromLsof(port);
  if (pid === undefined) return "another process (of another user, so its name is hidden)";
  const command = await commandOf(pid);
  return command ? `process ${pid} (${command})` : `process ${pid}`;
}

async function holderFromProc(port: number): Promise<number | undefined> {
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const inode of listeningInodes(await readFile(table, "utf8").catch(() => ""), port)) {
      inodes.add(`socket:[${inode}]`);
    }
  }
  if (inodes.size === 0) return undefined;
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const handles = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const handle of handles) {
      const target = await readlink(`/proc/${pid}/fd/${handle}`).catch(() => "");
      if (inodes.has(target)) return Number(pid);
    }
  }
  return undefined;
}

/** Rows of /proc/net/tcp: slot, local address:port in hex, remote, state, ..., inode in column 9. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table
    .split("\n")
    .slice(1)
    .map((row) => row.trim().split(/\s+/))
    .filter((row) => row[1]?.endsWith(suffix) && row[3] === LISTENING)
    .flatMap((row) => row[9] ?? []);
}

async function holderFromLsof(port: number): Promise<number | undefined> {
  const answer = await run("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-t"]).catch(
    () => undefined,
  );
  const pid = Number(answer?.stdout.trim().split("\n")[0]);
  return pid > 0 ? pid : undefined;
}
