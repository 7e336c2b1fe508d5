import { readFile, rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { errorCode } from "./error-code.ts";
import { commandOf, isAlive, startOf } from "./process-identity.ts";

const OwnerFile = z.object({ pid: z.number(), started: z.string().optional() });
type Owner = z.infer<typeof OwnerFile>;

/**
 * Claims a data directory for this process. It takes over the claim of a killed process, and throws an
 * error that names a process which still runs.
 */
export async function claim(file: string, dataDir: string): Promise<void> {
  const me: Owner = { pid: process.pid, started: await startOf(process.pid) };
  for (;;) {
    try {
      await writeFile(file, JSON.stringify(me), { flag: "wx" });
      return;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
    const owner = await readOwner(file);
    if (owner && sameProcess(owner, me)) return;
    if (owner && (await stillRuns(owner))) {
      const command = await commandOf(owner.pid);
      throw new Error(
        `The data directory ${dataDir} is in use by process ${owner.pid}` +
          `${command ? ` (${command})` : ""}. Stop it first, or use another directory with --data.`,
      );
    }
    await rm(file, { force: true });
  }
}

export async function release(file: string): Promise<void> {
  await rm(file, { force: true });
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    return OwnerFile.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}

function sameProcess(a: Owner, b: Owner): boolean {
  return a.pid === b.pid && a.started === b.started;
}

async function stillRuns(owner: Owner): Promise<boolean> {
  return isAlive(owner.pid) && (await startOf(owner.pid)) === owner.started;
}
