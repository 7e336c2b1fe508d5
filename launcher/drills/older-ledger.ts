import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { endProcess } from "@allfunds/platform/testing/end-process";
import { Client } from "pg";
import { eventually, type RunningSystem } from "../e2e/running-system.ts";
import { readMigrations } from "../src/backup/catalog.ts";
import { choosePorts } from "../src/ports.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const READY_LIMIT_MS = 120_000;
const MIGRATIONS = "subgraphs/ledger/src/migrations/index.ts";
/** A line of a list of migrations. */
const MIGRATION_LINE = String.raw`\{ name: "[0-9]{4}-`;
const PACKAGES = ["", "contract", "platform", "subgraphs/ledger"];

const git = async (...args: readonly string[]): Promise<string> =>
  (await run("git", args, { cwd: ROOT })).stdout.trim();

const migrationsAt = async (commit: string): Promise<string[]> => {
  const list = await git("show", `${commit}:${MIGRATIONS}`);
  return Array.from(list.matchAll(/name: "(\d{4}-[^"]+)"/g), ([, name]) => name ?? "");
};

/** The newest commit that lacks a migration of today's and has no other: one that was renamed since would run twice. */
async function commitBefore(): Promise<string> {
  const today = new Set(await migrationsAt("HEAD"));
  const changes = await git("log", "--format=%H", "-G", MIGRATION_LINE, "--", MIGRATIONS);
  for (const change of changes.split("\n")) {
    const then = await migrationsAt(`${change}^`);
    if (then.length < today.size && then.every((name) => today.has(name))) return `${change}^`;
  }
  throw new Error("no earlier commit has fewer migrations");
}

/** The ledger as an older commit has it, built in a directory of its own. */
export class OlderLedger {
  readonly commit: string;
  readonly #directory: string;
  #process: ChildProcess | undefined;

  private constructor(commit: string, directory: string) {
    this.commit = commit;
    this.#directory = directory;
  }

  /** Builds a commit, by default the one before the newest migration. */
  static async build(given: string | undefined): Promise<OlderLedger> {
    const commit = await git("rev-parse", given ?? (await commitBefore()));
    const directory = join(await mkdtemp(join(tmpdir(), "allfunds-older-")), "repository");
    await git("worktree", "add", "--detach", directory, commit);
    const older = new OlderLedger(commit, directory);
    try {
      await older.#compile();
    } catch (error) {
      await older.remove();
      throw error;
    }
    return older;
  }

  async #compile(): Promise<void> {
    for (const folder of PACKAGES) {
      const packages = join(ROOT, folder, "node_modules");
      if (existsSync(packages)) await run("cp", ["-al", packages, join(this.#directory, folder)]);
    }
    // Its types were checked when it was new, by packages that may be others today.
    const compile = ["node_modules/.bin/tsc", "-b", "--noCheck", "platform", "subgraphs/ledger"];
    await run(process.execPath, compile, { cwd: this.#directory });
  }

  /** Starts it on the database of a running system. */
  async start(system: RunningSystem, port: number): Promise<void> {
    const { issuer } = await system.demo();
    const env = {
      ...process.env,
      NODE_OPTIONS: "",
      LOG_LEVEL: "error",
      OIDC_ISSUER: issuer,
      DATABASE_URL_LEDGER: await databaseUrlOf(system),
      PORT_OFFSET: String(system.offset),
      LEDGER_PORT: String(port),
    };
    this.#process = spawn(process.execPath, ["subgraphs/ledger/dist/main.js"], {
      cwd: this.#directory,
      env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    await eventually(READY_LIMIT_MS, async () => {
      if (!(await fetch(`http://127.0.0.1:${port}/health/ready`)).ok) throw new Error("not ready");
    });
  }

  /** The migrations of a system's database that it lacks. */
  async lacks(system: RunningSystem): Promise<string[]> {
    const client = new Client({ connectionString: await databaseUrlOf(system) });
    await client.connect();
    const names = await readMigrations(client);
    await client.end();
    const check = ["subgraphs/ledger/dist/migrate.js", "--check", ...names];
    const env = { ...process.env, DATABASE_URL_LEDGER: await databaseUrlOf(system) };
    const printed = await run(process.execPath, check, { cwd: this.#directory, env }).then(
      () => "",
      (error: unknown) => (error as { stderr?: string }).stderr ?? "",
    );
    return names.filter((name) => printed.includes(name));
  }

  /** Ends the process as an update does; resolves to its exit code. */
  async stop(): Promise<number | null> {
    const running = this.#process;
    return running === undefined ? null : endProcess(running, "SIGTERM");
  }

  async remove(): Promise<void> {
    await this.stop();
    await git("worktree", "remove", "--force", this.#directory);
    await rm(dirname(this.#directory), { recursive: true, force: true });
  }
}

async function databaseUrlOf({ dataDir, offset }: RunningSystem): Promise<string> {
  const text = await readFile(join(dataDir, "postgres.passwords.json"), "utf8");
  const { application } = JSON.parse(text) as { readonly application: string };
  const { POSTGRES_PORT } = choosePorts(offset, {});
  return `postgres://allfunds:${encodeURIComponent(application)}@127.0.0.1:${POSTGRES_PORT}/ledger`;
}
