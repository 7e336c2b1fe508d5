import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { countFailure, restartDelayMs } from "./back-off.ts";
import type { OrphanGuard } from "./orphan-guard.ts";
import { isReady } from "./readiness.ts";
import type { ServiceLog } from "./service-log.ts";
import type { Service } from "./services.ts";

const READY_POLL_MS = 100;
/** So many starts without ever being ready mean that another one will not help. */
const HOPELESS_STARTS = 5;

export interface SupervisorParts {
  service: Service;
  env: NodeJS.ProcessEnv;
  log: ServiceLog;
  guard: OrphanGuard;
  report: (line: string) => void;
}

/** Keeps one service running: starts it, notices its end, and starts it again with back-off. */
export class Supervisor {
  readonly service: Service;
  /** Settles when the service is ready for the first time; rejects when it never will be. */
  readonly firstReady: Promise<void>;
  readonly #parts: SupervisorParts;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #stopping = false;
  #failures = 0;
  #readySince: number | undefined;
  #everReady = false;
  #settleReady!: { resolve: () => void; reject: (error: Error) => void };
  readonly #patience = new AbortController();

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.service = parts.service;
    this.firstReady = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.firstReady.catch(() => undefined);
  }

  get ready(): boolean {
    return this.#readySince !== undefined;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const { service, env, log, guard } = this.#parts;
    const started = performance.now();
    // A group of its own: Ctrl-C is for the launcher, which stops everything in the right order.
    const child = spawn(process.execPath, service.args, {
      cwd: service.folder,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    if (child.stdout) log.follow(child.stdout, false);
    if (child.stderr) log.follow(child.stderr, true);
    if (child.pid !== undefined) guard.started(child.pid);
    this.#exited = new Promise((resolve) => {
      const ended = (how: string): void => {
        if (this.#child !== child) return;
        this.#child = undefined;
        if (child.pid !== undefined) guard.ended(child.pid);
        resolve();
        if (!this.#stopping) void this.#restart(how);
      };
      child.once("error", (error) => ended(error.message));
      child.once("exit", (code, signal) => ended(signal ?? `exit code ${code}`));
    });
    void this.#watchReadiness(child, started);
  }

  async #watchReadiness(child: ChildProcess, started: number): Promise<void> {
    const { service, report } = this.#parts;
    while (this.#child === child && !this.#stopping) {
      if (await isReady(service.port)) break;
      await this.#pause(READY_POLL_MS);
    }
    if (this.#child !== child || this.#stopping) return;
    this.#readySince = performance.now();
    if (this.#everReady) {
      const seconds = ((this.#readySince - started) / 1000).toFixed(1);
      report(`${service.name} is ready again after ${seconds} s`);
    }
    this.#everReady = true;
    this.#settleReady.resolve();
  }

  async #restart(how: string): Promise<void> {
    const { service, report, log } = this.#parts;
    const now = performance.now();
    this.#failures = countFailure(this.#failures, now - (this.#readySince ?? now));
    this.#readySince = undefined;
    if (!this.#everReady && this.#failures >= HOPELESS_STARTS) {
      const lines = log.lastLines.join("\n  ");
      const message = `${service.name} does not start (${how}); see ${log.path}\n  ${lines}`;
      this.#settleReady.reject(new Error(message));
      return;
    }
    const delayMs = restartDelayMs(this.#failures);
    report(`${service.name} ended (${how}); starting it again in ${delayMs / 1000} s`);
    await this.#pause(delayMs);
    if (!this.#stopping) this.start();
  }

  /** Terminates the service, and kills it when it has not ended after the given time. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping = true;
    this.#patience.abort();
    if (!this.#child) return;
    this.#signal("SIGTERM");
    const late = new AbortController();
    const waited = sleep(withinMs, "late", { signal: late.signal }).catch(() => undefined);
    const outcome = await Promise.race([this.#exited, waited]);
    late.abort();
    if (outcome === "late") {
      this.#parts.report(
        `${this.service.name} did not stop within ${withinMs / 1000} s; killing it`,
      );
      this.kill();
    }
    await this.#exited;
  }

  kill(): void {
    this.#stopping = true;
    this.#signal("SIGKILL");
  }

  /** To the whole group: in dev mode the watcher has the service as its child. */
  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It ended between the look and the signal, which is all the signal was for.
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#patience.signal }).catch(() => undefined);
  }
}
