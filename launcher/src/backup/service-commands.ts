import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { Client } from "pg";
import { databaseVariable } from "../services.ts";
import type { RestoreTarget } from "./restore-backup.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const folderOf = (name: string): string => (name === "identity" ? name : `subgraphs/${name}`);

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a compiled command of a service on its database. */
async function runCommand(
  target: RestoreTarget,
  file: string,
  args: readonly string[],
): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [join(ROOT, folderOf(target.name), "dist", file), ...args],
    {
      env: { ...process.env, [databaseVariable(target.name)]: target.url },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
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
export const checkMigrations =
  (targets: readonly RestoreTarget[]) =>
  async (database: string, migrations: readonly string[]): Promise<void> => {
    const target = targets.find(({ name }) => name === database);
    if (target === undefined) throw new Error(`There is no database ${database}.`);
    const { code, output } = await runCommand(target, "migrate.js", ["--check", ...migrations]);
    if (code !== 0) {
      throw new Error(
        `${output}\nThe backup needs a newer version of AllFunds; nothing was changed.`,
      );
    }
  };

/** Makes the schema as it was when the backup was taken; the service brings it up to date at its start. */
export async function migrate(target: RestoreTarget, migrations: readonly string[]): Promise<void> {
  const { code, output } = await runCommand(target, "migrate.js", migrations);
  if (code !== 0) throw new Error(`The schema of ${target.name} cannot be made:\n${output}`);
}

/** Proves every book of every tenant by replay; false when one is not sound. */
export async function verifyBooks(
  targets: readonly RestoreTarget[],
  report: (line: string) => void,
): Promise<boolean> {
  const ledger = targets.find(({ name }) => name === "ledger");
  if (ledger === undefined) return true;
  let allSound = true;
  for (const tenantId of await tenantsOf(ledger.administratorUrl)) {
    const { code, output } = await runCommand(ledger, "cli.js", ["verify", "--tenant", tenantId]);
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
