import { mkdir, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { endEarlierServer } from "./earlier-server.ts";
import { claim, release } from "./ownership.ts";

/** Deletes a cluster permanently; throws while a running process uses it. */
export async function removeEmbeddedPostgres(dataDir: string): Promise<void> {
  const directory = resolve(dataDir);
  const claimFile = `${directory}.owner`;
  await mkdir(dirname(directory), { recursive: true });
  await claim(claimFile, directory);
  await endEarlierServer(directory, () => undefined);
  for (const path of [directory, `${directory}.unfinished`, `${directory}.passwords.json`]) {
    await rm(path, { recursive: true, force: true });
  }
  await release(claimFile);
}
