import { execFile, spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { cp, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { binariesAt, type Binaries } from "./binaries.ts";
import type { Account } from "./server-account.ts";

/** Starts a program of the server as the account that owns the data. */
type Runner = (program: string, args: string[], options?: SpawnOptions) => ChildProcess;

export interface ServerRuntime {
  binaries: Binaries;
  run: Runner;
}

// The server needs none of the caller's environment, and PG* variables would misconfigure it.
const SERVER_ENV = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/** Picks a way to run the binaries on the data with the account's permissions. */
export async function serverRuntime(
  found: Binaries,
  account: Account | undefined,
  home: string,
): Promise<ServerRuntime> {
  const plain = runner([], account);
  if (!account) return { binaries: found, run: plain };
  const homeReachable = await reachable(plain, home, "-x");
  if (homeReachable && (await reachable(plain, found.postgres, "-x"))) {
    return { binaries: found, run: plain };
  }
  const override = runner(overridingPermissions(account), undefined);
  if (
    (await reachable(override, found.postgres, "-x")) &&
    (await reachable(override, home, "-x"))
  ) {
    return { binaries: found, run: override };
  }
  if (homeReachable) return { binaries: await copyInto(home, found), run: plain };
  throw new Error(
    `PostgreSQL cannot run as root, and the account that runs it instead (uid ${account.uid}) has ` +
      `no access to ${home}: a directory above it is closed to other users. Put the data where others ` +
      `may pass (ALLFUNDS_DATA=/var/lib/allfunds, or --data), or start AllFunds as an ordinary user.`,
  );
}

function runner(prefix: string[], account: Account | undefined): Runner {
  return (program, args, options = {}) => {
    const [file = program, ...rest] = [...prefix, program, ...args];
    return spawn(file, rest, { cwd: "/", env: SERVER_ENV, ...account, ...options });
  };
}

/**
 * Runs the server under its account, with permission to traverse closed directories (a checkout under /root).
 * PostgreSQL calls access(2) on its own files, which ignores capabilities without this securebit.
 */
function overridingPermissions({ uid, gid }: Account): string[] {
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
  const capability = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
  return ["setpriv", ...ids, "--securebits=+no_setuid_fixup", ...capability, "--"];
}

/** Tests access as the account, because mode bits show neither ACLs nor capabilities. */
function reachable(run: Runner, path: string, test: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = run("test", [test, path], { stdio: "ignore" });
    probe.once("error", () => resolve(false));
    probe.once("exit", (code) => resolve(code === 0));
  });
}

async function copyInto(home: string, found: Binaries): Promise<Binaries> {
  const target = join(home, "postgres-binaries");
  if (existsSync(target) && (await sameServer(target, found))) return binariesAt(target);
  const unfinished = `${target}.copying`;
  await rm(unfinished, { recursive: true, force: true });
  await cp(found.root, unfinished, { recursive: true, verbatimSymlinks: true });
  await rm(target, { recursive: true, force: true });
  await rename(unfinished, target);
  return binariesAt(target);
}

async function sameServer(copy: string, found: Binaries): Promise<boolean> {
  const versions = await Promise.all([versionOf(binariesAt(copy)), versionOf(found)]);
  return versions[0] === versions[1];
}

function versionOf({ root, postgres }: Binaries): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(postgres, ["--version"], { cwd: dirname(root) }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
  });
}
