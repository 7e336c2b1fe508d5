import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { removeEmbeddedPostgres } from "@allfunds/embedded-postgres";
import { addressTable, endpointsOf } from "./address-table.ts";
import { DatabaseServer } from "./database-server.ts";
import { prepareDemo } from "./demo/prepare-demo.ts";
import { memoryOf } from "./memory.ts";
import { HELP, readOptions, type Options } from "./options.ts";
import { joinOwnMesh, readOwnMesh } from "./own-mesh.ts";
import { choosePorts, refuseTakenPorts } from "./ports.ts";
import { Progress } from "./progress.ts";
import { publicAddresses, serviceEnvironment, type Surroundings } from "./service-environment.ts";
import { DATABASES, databaseVariable, listServices } from "./services.ts";
import { waysIn } from "./sign-ins.ts";
import { isGiven, SECRET_FILES, startSecrets } from "./start-secrets.ts";
import { stopOnSignals } from "./stop-signals.ts";
import { System } from "./system.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const progress = new Progress();
const report = (line: string): void => progress.print(line);

// Where the output goes, a disk may be full or a reader gone: the services go on.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) console.log(HELP);
  else await run(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function run(options: Options): Promise<void> {
  const given = DATABASES.filter((name) => isGiven(process.env, databaseVariable(name)));
  const embedded = given.length < DATABASES.length;
  if (embedded && given.length > 0) {
    throw new Error(`Set ${DATABASES.map(databaseVariable).join(", ")} together, or none of them.`);
  }
  const ports = choosePorts(options.offset, process.env);
  await refuseTakenPorts(ports, embedded);
  if (options.fresh) await removeData(options.dataDir, embedded);
  await mkdir(options.dataDir, { recursive: true });
  const mesh = readOwnMesh(ROOT, process.env);
  if (mesh !== undefined) await joinOwnMesh(mesh);
  const secrets = await startSecrets(options.dataDir, process.env, options.demo);

  const database = embedded
    ? new DatabaseServer(options.dataDir, ports.POSTGRES_PORT, report)
    : undefined;
  const system = new System(options.dataDir, database, report, process.env);
  stopOnSignals(system, report);
  try {
    const databaseUrls = database ? await progress.step("PostgreSQL", () => database.start()) : {};
    await bringUp(system, {
      ...options,
      root: ROOT,
      ports,
      databaseUrls,
      secrets,
      mesh,
      env: process.env,
    });
  } catch (error) {
    // A start that the user stops in its middle fails: no reason to report.
    if (system.stopping) return;
    await system.stop();
    throw error;
  }
}

async function bringUp(system: System, around: Surroundings): Promise<void> {
  const { ports, dataDir } = around;
  await progress.step(
    "Services",
    () =>
      system.start(listServices(ROOT, ports, around.dev), (name) =>
        serviceEnvironment(name, around),
      ),
    () => system.waitingFor(),
  );

  const browsers = publicAddresses(ports, around.env);
  const endpoints = endpointsOf(ports, browsers, around.mesh !== undefined);
  const demo = around.demo
    ? await progress.step("Demo", () =>
        prepareDemo({
          root: ROOT,
          dataDir,
          issuer: browsers.issuer,
          endpoints,
          identityEnvironment: serviceEnvironment("identity", around),
          report,
        }),
      )
    : undefined;
  const { megabytes, processes } = await memoryOf(system.pids);
  console.log(`\n${addressTable(endpoints)}\n`);
  console.log(`${waysIn(demo, settingsOf(around))}\n`);
  console.log(`Data and logs: ${dataDir}`);
  console.log(`Memory: ${megabytes} MB in ${processes} processes`);
  console.log(`AllFunds is ready after ${progress.total()}. Ctrl-C stops it.`);
}

/** What a command needs in its environment when data or ports are not the default. */
function settingsOf({ dataDir, offset }: Surroundings): string {
  const data = dataDir === join(ROOT, ".data") ? "" : `ALLFUNDS_DATA='${dataDir}' `;
  return data + (offset === 0 ? "" : `PORT_OFFSET=${offset} `);
}

/** Only what a start makes itself is deleted, whatever else lies in the directory. */
async function removeData(dataDir: string, embedded: boolean): Promise<void> {
  if (!embedded) throw new Error("--fresh concerns the embedded PostgreSQL; empty yours yourself.");
  await removeEmbeddedPostgres(join(dataDir, "postgres"));
  for (const name of ["demo.json", "logs", "outbox", ...SECRET_FILES]) {
    await rm(join(dataDir, name), { recursive: true, force: true });
  }
}
