import { join } from "node:path";
import type { DatabaseServer } from "./database-server.ts";
import { LogFile } from "./log-file.ts";
import { readinessReport } from "./readiness.ts";
import { OrphanGuard } from "./orphan-guard.ts";
import { ServiceLog } from "./service-log.ts";
import type { Service } from "./services.ts";
import { Supervisor } from "./supervise.ts";

/** What a service needs to end beside the times it is given, on a machine that does much else. */
const STOP_MARGIN_MS = 5_000;

/** The whole tree: the database server and one supervisor per service. */
export class System {
  readonly #guard = new OrphanGuard();
  readonly #supervisors: Supervisor[] = [];
  readonly #logs: ServiceLog[] = [];
  #stopping = false;
  readonly #database: DatabaseServer | undefined;
  readonly #logDir: string;
  readonly #report: (line: string) => void;
  readonly #stopWithinMs: number;

  /** `env` has the times that services are given to stop. */
  constructor(
    dataDir: string,
    database: DatabaseServer | undefined,
    report: (line: string) => void,
    env: NodeJS.ProcessEnv = {},
  ) {
    this.#stopWithinMs = stopTimeMs(env) + STOP_MARGIN_MS;
    this.#logDir = join(dataDir, "logs");
    this.#database = database;
    this.#report = report;
  }

  /** Starts services side by side; resolves when each is ready, rejects when one never will be. */
  async start(
    services: readonly Service[],
    environmentOf: (service: string) => NodeJS.ProcessEnv,
  ): Promise<void> {
    const started = services.map((service) => {
      const log = this.#logOf(service);
      const env = environmentOf(service.name);
      return new Supervisor({ service, env, log, guard: this.#guard, report: this.#report });
    });
    this.#supervisors.push(...started);
    for (const supervisor of started) supervisor.start();
    await Promise.all(started.map((supervisor) => supervisor.firstReady));
    this.#hideWarnings(false);
  }

  #logOf({ name }: Service): ServiceLog {
    const file = new LogFile(join(this.#logDir, `${name}.log`), this.#report);
    const log = new ServiceLog(name, file, this.#report);
    this.#logs.push(log);
    return log;
  }

  /** While everything starts or stops at once, each service warns that the others are gone. */
  #hideWarnings(hide: boolean): void {
    for (const log of this.#logs) log.hideWarnings = hide;
  }

  /** What each service that is not ready reports about it. */
  async waitingFor(): Promise<string[]> {
    const late = this.#supervisors.filter((supervisor) => !supervisor.ready);
    return Promise.all(
      late.map(async ({ service }) => `${service.name}: ${await readinessReport(service.port)}`),
    );
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  get pids(): number[] {
    const services = this.#supervisors.map((supervisor) => supervisor.pid);
    return [process.pid, this.#database?.pid, ...services].filter((pid) => pid !== undefined);
  }

  /** The edge first, so that what is being answered can still be answered; the database last. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#hideWarnings(true);
    await this.#stopTier("edge");
    await this.#stopTier("subgraph");
    await this.#database?.stop();
    this.#guard.dismiss();
  }

  /** Kills every service at once. The database server goes down by its watchdog. */
  kill(): void {
    for (const supervisor of this.#supervisors) supervisor.kill();
  }

  async #stopTier(tier: Service["tier"]): Promise<void> {
    const members = this.#supervisors.filter(({ service }) => service.tier === tier);
    await Promise.all(members.map((supervisor) => supervisor.stop(this.#stopWithinMs)));
  }
}

/** How long services may take by their configuration, which refuses what is no number. */
function stopTimeMs({ SHUTDOWN_DRAIN_SECONDS, SHUTDOWN_GRACE_SECONDS }: NodeJS.ProcessEnv): number {
  const seconds = Number(SHUTDOWN_DRAIN_SECONDS || 0) + Number(SHUTDOWN_GRACE_SECONDS || 8);
  return Number.isFinite(seconds) ? seconds * 1_000 : 0;
}
