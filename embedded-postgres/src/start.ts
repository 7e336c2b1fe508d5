import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { awaitReady } from "./await-ready.ts";
import { locateBinaries } from "./binaries.ts";
import { createCluster, hasCluster } from "./cluster.ts";
import { ADMINISTRATOR, APPLICATION, connectionUrl, loadCredentials } from "./credentials.ts";
import { createDatabase, createRole } from "./databases.ts";
import { endEarlierServer } from "./earlier-server.ts";
import { claim, release } from "./ownership.ts";
import { describePortHolder, isPortFree } from "./port-holder.ts";
import { serverRuntime, type ServerRuntime } from "./run-as.ts";
import { serverAccount } from "./server-account.ts";
import { launchServer, type ServerExit, type ServerProcess } from "./server-process.ts";
import { LAPTOP_SETTINGS, type Settings } from "./settings.ts";

export interface EmbeddedPostgresOptions {
  /** The cluster; its parent directory also holds the passwords and this process's claim. */
  dataDir: string;
  port: number;
  /** Receives every line that the server prints. */
  log: (line: string) => void;
  /** Added to the laptop settings; a setting of the same name replaces theirs. */
  settings?: Settings;
}

/** Data directories whose server runs under this process. */
const servedHere = new Set<string>();

export interface EmbeddedPostgres {
  readonly port: number;
  readonly pid: number;
  /** Settles when the server has ended, stopped or not. */
  readonly exited: Promise<ServerExit>;
  /** Connection URL of a database for the services' role, which is no superuser. */
  url(database: string): string;
  /** Connection URL for the administrator. */
  administratorUrl(database: string): string;
  /** Creates the database, owned by the services' role, unless it is there. */
  ensureDatabase(name: string): Promise<void>;
  /** Stops the server and releases the data directory. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on loopback and waits until it accepts connections.
 *
 * When `exited` settles without `stop`, call this again with the same options: the server recovers
 * committed data from its log.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const home = dirname(dataDir);
  await mkdir(home, { recursive: true });
  if (servedHere.has(dataDir)) throw new Error(`This process already serves ${dataDir}.`);
  const claimFile = `${dataDir}.owner`;
  await claim(claimFile, dataDir);
  servedHere.add(dataDir);
  try {
    return await startClaimed({ ...options, dataDir }, home, claimFile);
  } catch (error) {
    servedHere.delete(dataDir);
    await release(claimFile);
    throw error;
  }
}

async function startClaimed(
  options: EmbeddedPostgresOptions,
  home: string,
  claimFile: string,
): Promise<EmbeddedPostgres> {
  const { dataDir, port, log } = options;
  const account = await serverAccount(dataDir);
  const runtime = await serverRuntime(await locateBinaries(), account, home);
  const passwords = await loadCredentials(`${dataDir}.passwords.json`);
  if (await hasCluster(dataDir)) await endEarlierServer(dataDir, log);
  else await createCluster(dataDir, runtime, account, passwords.administrator);
  await refuseTakenPort(port);

  const administratorUrl = (database: string): string =>
    connectionUrl(ADMINISTRATOR, passwords.administrator, port, database);
  const server = await launchUntilReady(runtime, options, administratorUrl("postgres"));
  void server.exited.then(() => servedHere.delete(dataDir));
  await createRole(administratorUrl("postgres"), APPLICATION, passwords.application);
  return {
    port,
    pid: server.pid,
    exited: server.exited,
    url: (database) => connectionUrl(APPLICATION, passwords.application, port, database),
    administratorUrl,
    ensureDatabase: (name) => createDatabase(administratorUrl("postgres"), name, APPLICATION),
    stop: async () => {
      await server.stop();
      await release(claimFile);
    },
  };
}

async function refuseTakenPort(port: number): Promise<void> {
  if (await isPortFree(port)) return;
  throw new Error(
    `Port ${port}, meant for PostgreSQL, is taken by ${await describePortHolder(port)}. ` +
      `Stop it, or move all ports with PORT_OFFSET (npm start -- --offset 200).`,
  );
}

const RETRIES = 40;
const RETRY_MS = 250;
/** After a kill -9 the old backends hold the shared memory until they detect it. */
const OLD_BACKENDS = /pre-existing shared memory block|lock file ".*" already exists/;

async function launchUntilReady(
  runtime: ServerRuntime,
  { dataDir, port, log, settings }: EmbeddedPostgresOptions,
  url: string,
): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt += 1) {
    const all = { ...LAPTOP_SETTINGS, ...settings };
    const server = await launchServer(runtime, dataDir, port, all, log);
    if (await readyOrStopped(server, url)) return server;
    const printed = server.lastLines.join("\n");
    if (!OLD_BACKENDS.test(printed) || attempt === RETRIES) {
      throw new Error(`PostgreSQL did not start on ${dataDir}:\n${printed}`);
    }
    await sleep(RETRY_MS);
  }
}

async function readyOrStopped(server: ServerProcess, url: string): Promise<boolean> {
  try {
    return await awaitReady(server, url);
  } catch (error) {
    await server.stop();
    throw error;
  }
}
