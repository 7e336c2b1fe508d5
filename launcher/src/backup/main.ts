import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { givenDatabases, type BackedUpDatabase } from "./databases.ts";
import { checkMigrations, migrate, verifyBooks } from "./service-commands.ts";
import { directoryVersion } from "./tenant-directory.ts";
import { restoreBackup } from "./restore-backup.ts";
import { putSecretsBack, refuseMissingSecrets, secretFiles } from "./secrets.ts";
import { takeBackup } from "./take-backup.ts";

const HELP = `Usage: npm run backup -- --to DIR [--with-secrets]
       npm run restore -- --from DIR [--replace-all-data]

  --to DIR             make the backup here, while the system runs
  --with-secrets       with the keys and passwords of the data directory; keep such a backup as secret as they are
  --from DIR           restore this backup, while the system is stopped, and verify the books
  --replace-all-data   delete what the databases have`;

// Not at the top: the image of the services comes without the embedded server.
const embeddedServer = async () => (await import("./embedded.ts")).Embedded;

const report = (line: string): void => console.log(line);

try {
  await run(process.argv[2] ?? "", process.argv.slice(3));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function run(command: string, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      to: { type: "string" },
      from: { type: "string" },
      "with-secrets": { type: "boolean", default: false },
      "replace-all-data": { type: "boolean", default: false },
    },
  });
  const dataDir = resolve(process.env["ALLFUNDS_DATA"] || ".data");
  if (command === "backup" && values.to !== undefined) {
    return backUp(values.to, dataDir, values["with-secrets"]);
  }
  if (command === "restore" && values.from !== undefined) {
    return restore(resolve(values.from), dataDir, values["replace-all-data"]);
  }
  console.log(HELP);
  process.exitCode = 2;
}

async function backUp(to: string, dataDir: string, withSecrets: boolean): Promise<void> {
  const databases =
    givenDatabases(process.env) ?? (await (await embeddedServer()).running(dataDir, process.env));
  const ledgers = databases.filter(({ service }) => service === "ledger");
  const [first] = ledgers;
  const content = await takeBackup({
    databases: databases.map(({ name, administratorUrl }) => ({ name, url: administratorUrl })),
    ...(ledgers.length > 1 && first !== undefined
      ? { arrangement: () => directoryVersion(first.administratorUrl) }
      : {}),
    to,
    secrets: withSecrets ? await secretFiles(dataDir) : [],
    report,
  });
  report(`${resolve(to)} is complete, taken at ${content.takenAt}.`);
  if (!withSecrets) {
    report("Keep the secrets of identity elsewhere: without them its data cannot be read.");
  }
}

async function restore(from: string, dataDir: string, replace: boolean): Promise<void> {
  await readdir(from).catch(() => {
    throw new Error(`There is no backup at ${from}.`);
  });
  const given = givenDatabases(process.env);
  await refuseMissingSecrets(from, dataDir, process.env);
  if (given !== undefined) return load(from, given, replace);
  const embedded = await (await embeddedServer()).start(dataDir, process.env);
  try {
    await load(from, embedded.databases, replace);
    for (const file of await putSecretsBack(from, dataDir))
      report(`${join(dataDir, file)} put back`);
  } finally {
    await embedded.stop();
  }
}

async function load(
  from: string,
  targets: readonly BackedUpDatabase[],
  replace: boolean,
): Promise<void> {
  const manifest = await restoreBackup({
    from,
    targets,
    replace,
    checkMigrations,
    migrate,
    report,
  });
  const isSound = await verifyBooks(targets, report);
  if (!isSound) {
    process.exitCode = 1;
    throw new Error("The rows are restored, but the books are not sound: see above.");
  }
  report(`Restored the backup of ${manifest.takenAt}; every book is sound.`);
}
