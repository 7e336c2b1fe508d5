import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import type { Settings } from "./settings.ts";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "./start.ts";

/** A server whose data are gone when it has stopped. */
export interface TemporaryPostgres extends EmbeddedPostgres {
  readonly dataDir: string;
}

interface TemporaryOptions {
  /** As of an embedded server, which is durable without them. */
  readonly settings?: Settings;
  /** Where its directory is made. */
  readonly parent?: string;
}

/** Starts PostgreSQL on a free port, in a directory of its own. */
export async function startTemporaryPostgres({
  settings = {},
  parent = tmpdir(),
}: TemporaryOptions = {}): Promise<TemporaryPostgres> {
  const home = await mkdtemp(join(parent, "allfunds-postgres-"));
  // The server's account must be able to pass; its own directory inside stays closed.
  await chmod(home, 0o711);
  const dataDir = join(home, "postgres");
  const port = await freePort();
  const server = await startEmbeddedPostgres({ dataDir, port, log: () => undefined, settings });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  };
  return { ...server, dataDir, stop };
}
