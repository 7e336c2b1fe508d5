import { once } from "node:events";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerRuntime } from "./run-as.ts";
import { settingArguments, type Settings } from "./settings.ts";
import { watchOver } from "./watchdog.ts";

const FAST_STOP_MS = 6_000;
const IMMEDIATE_STOP_MS = 2_000;
const KEPT_LINES = 20;

/** How the server ended: an exit code, or the signal that killed it. */
export interface ServerExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The running postmaster and the last lines it printed. */
export interface ServerProcess {
  pid: number;
  exited: Promise<ServerExit>;
  lastLines: readonly string[];
  stop(): Promise<void>;
}

export async function launchServer(
  runtime: ServerRuntime,
  dataDir: string,
  port: number,
  settings: Settings,
  log: (line: string) => void,
): Promise<ServerProcess> {
  const args = ["-D", dataDir, "-p", String(port), ...settingArguments(settings)];
  // Its own process group, so Ctrl-C reaches only the launcher, which stops the services first.
  const child = runtime.run(runtime.binaries.postgres, args, {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = exitOf(child);
  const lastLines = keepLines(child, log);
  await once(child, "spawn");
  const pid = child.pid!;
  const dog = watchOver(pid);
  void exited.then(() => dog.kill("SIGKILL"));
  return { pid, exited, lastLines, stop: () => stop(child, exited) };
}

function exitOf(child: ChildProcess): Promise<ServerExit> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

function keepLines(child: ChildProcess, log: (line: string) => void): readonly string[] {
  const lines: string[] = [];
  createInterface({ input: child.stderr! }).on("line", (line) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    log(line);
  });
  return lines;
}

/** Fast shutdown first, then an immediate one, after which the next start replays the log. */
async function stop(child: ChildProcess, exited: Promise<ServerExit>): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [
    ["SIGINT", FAST_STOP_MS],
    ["SIGQUIT", IMMEDIATE_STOP_MS],
  ];
  for (const [signal, waitMs] of steps) {
    child.kill(signal);
    const patience = new AbortController();
    const waited = sleep(waitMs, "late" as const, { signal: patience.signal }).catch(() => "late");
    const outcome = await Promise.race([exited, waited]);
    patience.abort();
    if (outcome !== "late") return;
  }
  child.kill("SIGKILL");
  await exited;
}
