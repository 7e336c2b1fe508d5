import { randomBytes } from "node:crypto";
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ADMINISTRATOR } from "./credentials.ts";
import { errorCode } from "./error-code.ts";
import type { ServerRuntime } from "./run-as.ts";
import type { Account } from "./server-account.ts";

const MAJOR_VERSION = "18";

/** True when the directory holds a complete cluster that this server can open. */
export async function hasCluster(dataDir: string): Promise<boolean> {
  const version = await readFile(join(dataDir, "PG_VERSION"), "utf8").catch(unlessDenied);
  if (version === undefined) return false;
  if (version.trim() === MAJOR_VERSION) return refuseForeignOwner(dataDir);
  throw new Error(
    `${dataDir} was created by PostgreSQL ${version.trim()}, and this is ${MAJOR_VERSION}. ` +
      `Use another directory (--data), or start with an empty one (--fresh).`,
  );
}

function unlessDenied(error: unknown): undefined {
  if (errorCode(error) === "EACCES")
    throw new Error("The data directory belongs to another user.", { cause: error });
}

async function refuseForeignOwner(dataDir: string): Promise<true> {
  const uid = process.getuid?.();
  const owner = (await stat(dataDir)).uid;
  if (uid === undefined || uid === 0 || owner === uid) return true;
  throw new Error(
    `${dataDir} belongs to another user (uid ${owner}). Start AllFunds as that user, ` +
      `or use another directory with --data.`,
  );
}

/** Creates the cluster; only a complete one receives the final name. */
export async function createCluster(
  dataDir: string,
  runtime: ServerRuntime,
  account: Account | undefined,
  password: string,
): Promise<void> {
  const unfinished = `${dataDir}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const passwordFile = join(dirname(dataDir), `.initdb-${randomBytes(6).toString("hex")}`);
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    if (account) {
      await chown(unfinished, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    await initdb(runtime, unfinished, passwordFile);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(unfinished, dataDir);
}

async function initdb(runtime: ServerRuntime, dir: string, passwordFile: string): Promise<void> {
  const child = runtime.run(
    runtime.binaries.initdb,
    [
      `--pgdata=${dir}`,
      `--username=${ADMINISTRATOR}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // The built-in provider sorts the same on every machine, whatever its C library.
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      // A power cut in the first second loses the cluster, and the next start creates it again.
      "--no-sync",
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const output: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code === 0) return;
  const printed = Buffer.concat(output).toString().trim();
  if (printed.includes("could not look up effective user ID")) {
    throw new Error(
      `PostgreSQL needs the name of the user that runs it, and uid ${process.getuid?.()} has ` +
        "none in /etc/passwd. Start AllFunds as a user of this machine (or of the container's image).",
    );
  }
  throw new Error(`initdb failed (exit code ${code}) in ${dir}:\n${printed.slice(-2000)}`);
}
