import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandOf, isAlive } from "./process-identity.ts";

const STOP_WITHIN_MS = 20_000;

/**
 * Stops a server that an earlier run left behind on this data directory. Call it only while holding the
 * claim on the directory: a server found then has lost its launcher, so this process may stop it.
 */
export async function endEarlierServer(
  dataDir: string,
  log: (line: string) => void,
): Promise<void> {
  const pidFile = join(dataDir, "postmaster.pid");
  const content = await readFile(pidFile, "utf8").catch(() => undefined);
  if (content === undefined) return;
  const pid = Number(content.split("\n")[0]);
  if (!(await isServer(pid))) {
    // The file outlived its server (kill -9, power loss); its pid may belong to another process now.
    await rm(pidFile, { force: true });
    return;
  }
  log(`stopping PostgreSQL process ${pid}, left over from an earlier run`);
  await stopServer(pid, dataDir);
}

async function isServer(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return false;
  const command = await commandOf(pid);
  // A zombie has no command line and no longer holds the directory.
  return command?.includes("postgres") ?? false;
}

async function stopServer(pid: number, dataDir: string): Promise<void> {
  try {
    process.kill(pid, "SIGINT");
  } catch (error) {
    throw new Error(
      `PostgreSQL process ${pid} still holds ${dataDir} and belongs to another user; stop it first.`,
      { cause: error },
    );
  }
  const deadline = Date.now() + STOP_WITHIN_MS;
  while (await isServer(pid)) {
    if (Date.now() > deadline) {
      throw new Error(`PostgreSQL process ${pid} still holds ${dataDir} and does not stop.`);
    }
    await sleep(50);
  }
}
