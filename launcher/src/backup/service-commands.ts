import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { Client } from "pg";
import { databaseVariable } from "../services.ts";
import { addressName, type BackedUpDatabase } from "./databases.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const folderOf = (service: string): string =>
  service === "identity" ? service : `subgraphs/${service}`;

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a compiled command of a service on its database; the ledger's finds tenants in further ones. */
async function runCommand(
  { service, url }: BackedUpDatabase,
  file: string,
  args: readonly string[],
  further = "",
): Promise<Ended> {
  const variable = databaseVariable(service);
  const given = { [variable]: url, [`${variable}_FILE`]: "" };
  const ledgers = { DATABASE_URLS_LEDGER: further, DATABASE_URLS_LEDGER_FILE: "" };
  const child = spawn(process.execPath, [join(ROOT, folderOf(service), "dist", file), ...args], {
    env: { ...process.env, ...given, ...ledgers },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const code = await new Promise<number | null>((settle, fail) => {
    child.once("error", fail);
    child.once("close", settle);
  });
  return { code, output: output.trim() };
}

/** Refuses a backup whose schema is newer than this version's; nothing is written. */
export async function checkMigrations(
  target: BackedUpDatabase,
  migrations: readonly string[],
): Promise<void> {
  const { code, output } = await runCommand(target, "migrate.js", ["--check", ...migrations]);
  if (code !== 0) {
    throw new Error(
      `${output}\nThe backup needs a newer version of AllFunds; nothing was changed.`,
    );
  }
}

/** Makes the schema as it was when the backup was taken; the service brings it up to date at its start. */
export async function migrate(
  target: BackedUpDatabase,
  migrations: readonly string[],
): Promise<void> {
  const { code, output } = await runCommand(target, "migrate.js", migrations);
  if (code !== 0) throw new Error(`The schema of ${target.name} cannot be made:\n${output}`);
}

/** Proves every book of every tenant by replay; false when one is not sound. */
export async function verifyBooks(
  targets: readonly BackedUpDatabase[],
  report: (line: string) => void,
): Promise<boolean> {
  const [first, ...others] = targets.filter(({ service }) => service === "ledger");
  if (first === undefined) return true;
  const further = others.map(({ name, url }) => `${addressName(name)}=${url}`).join(" ");
  const tenants = new Set<string>();
  for (const { administratorUrl } of [first, ...others])
    for (const tenantId of await tenantsOf(administratorUrl)) tenants.add(tenantId);
  let allSound = true;
  for (const tenantId of tenants) {
    const verify = ["verify", "--tenant", tenantId];
    const { code, output } = await runCommand(first, "cli.js", verify, further);
    allSound &&= code === 0;
    const books = output.split("\n").filter((line) => line.includes(" sound up to position "));
    report(`tenant ${tenantId}: ${books.length} books sound`);
    if (code !== 0) report(output);
  }
  return allSound;
}

async function tenantsOf(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(
      "SELECT DISTINCT tenant_id::text AS id FROM book ORDER BY 1",
    );
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}
