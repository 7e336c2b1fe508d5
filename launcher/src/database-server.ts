import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "@allfunds/embedded-postgres";
import { countFailure, restartDelayMs } from "./back-off.ts";
import { LogFile } from "./log-file.ts";
import { DATABASES, databaseVariable } from "./services.ts";

/** The embedded PostgreSQL, kept running until `stop`. */
export class DatabaseServer {
  readonly #dataDir: string;
  readonly #port: number;
  readonly #report: (line: string) => void;
  readonly #log: LogFile;
  #server: EmbeddedPostgres | undefined;
  /** The start under way, if any: a server cannot be stopped before it is there. */
  #launching: Promise<EmbeddedPostgres> | undefined;
  #stopping = false;
  #failures = 0;

  constructor(dataDir: string, port: number, report: (line: string) => void) {
    this.#dataDir = dataDir;
    this.#port = port;
    this.#report = report;
    this.#log = new LogFile(join(dataDir, "logs/postgres.log"), report);
  }

  get pid(): number | undefined {
    return this.#server?.pid;
  }

  /** Starts the server and returns the connection URL of each service's database, by variable. */
  async start(): Promise<Record<string, string>> {
    const server = await this.#launch();
    if (this.#stopping) throw new Error("PostgreSQL was stopped while it started.");
    for (const name of DATABASES) await server.ensureDatabase(name);
    return Object.fromEntries(DATABASES.map((name) => [databaseVariable(name), server.url(name)]));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#launching?.catch(() => undefined);
    await this.#server?.stop();
  }

  async #launch(): Promise<EmbeddedPostgres> {
    this.#launching = startEmbeddedPostgres({
      dataDir: join(this.#dataDir, "postgres"),
      port: this.#port,
      log: (line) => this.#log.write(line),
    });
    const server = await this.#launching;
    this.#server = server;
    const since = performance.now();
    void server.exited.then(({ code, signal }) => {
      if (this.#stopping) return;
      this.#failures = countFailure(this.#failures, performance.now() - since);
      void this.#relaunch(signal ?? `exit code ${code}`);
    });
    return server;
  }

  async #relaunch(how: string): Promise<void> {
    const delayMs = restartDelayMs(this.#failures);
    this.#report(`PostgreSQL ended (${how}); starting it again in ${delayMs / 1000} s`);
    await sleep(delayMs);
    if (this.#stopping) return;
    const started = performance.now();
    try {
      await this.#launch();
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      this.#report(`PostgreSQL is ready again after ${seconds} s`);
    } catch (error) {
      this.#failures += 1;
      await this.#relaunch(error instanceof Error ? error.message : String(error));
    }
  }
}
