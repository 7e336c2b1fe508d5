import { spawn, type ChildProcess } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createTestIssuer,
  type TestIssuer,
  type TestTokenOptions,
} from "@allfunds/platform/testing";
import { endProcess } from "@allfunds/platform/testing/end-process";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "@allfunds/embedded-postgres";
import { freePort } from "@allfunds/platform/testing/free-port";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

/** The compiled service as a process of its own and a durable PostgreSQL, both to be killed at will. */
export class LedgerUnderKill {
  readonly url: string;
  readonly #home: string;
  readonly #ports: { readonly service: number; readonly database: number };
  readonly #issuer: TestIssuer;
  #database: EmbeddedPostgres;
  #service: ChildProcess;

  static async start(): Promise<LedgerUnderKill> {
    const home = await mkdtemp(join(tmpdir(), "allfunds-kill-"));
    // The server's account must be able to pass; its own directory inside stays closed.
    await chmod(home, 0o711);
    const ports = { service: await freePort(), database: await freePort() };
    const database = await startDatabase(home, ports.database);
    await database.ensureDatabase("ledger");
    return new LedgerUnderKill(home, ports, database, await createTestIssuer());
  }

  private constructor(
    home: string,
    ports: { readonly service: number; readonly database: number },
    database: EmbeddedPostgres,
    issuer: TestIssuer,
  ) {
    this.#home = home;
    this.#ports = ports;
    this.#database = database;
    this.#issuer = issuer;
    this.url = `http://127.0.0.1:${ports.service}`;
    this.#service = this.#spawnService();
  }

  get databaseUrl(): string {
    return this.#database.url("ledger");
  }

  /** The same database for its administrator. */
  get administratorUrl(): string {
    return this.#database.administratorUrl("ledger");
  }

  /** Signs requests for a service that trusts this test's own issuer. */
  headers(token: TestTokenOptions = {}): Promise<{ authorization: string }> {
    return this.#issuer.headers(token);
  }

  async killService(): Promise<void> {
    await endProcess(this.#service);
    this.#service = this.#spawnService();
  }

  async killDatabase(): Promise<void> {
    process.kill(this.#database.pid, "SIGKILL");
    await this.#database.exited;
    this.#database = await startDatabase(this.#home, this.#ports.database);
  }

  async stop(): Promise<void> {
    await endProcess(this.#service);
    await this.#database.stop();
    this.#issuer.stop();
    await rm(this.#home, { recursive: true, force: true });
  }

  #spawnService(): ChildProcess {
    return spawn(process.execPath, ["dist/main.js"], {
      cwd: PACKAGE,
      stdio: "ignore",
      env: {
        HOST: "127.0.0.1",
        LOG_LEVEL: "silent",
        LEDGER_PORT: String(this.#ports.service),
        ...this.#issuer.env,
        DATABASE_URL_LEDGER: this.#database.url("ledger"),
      },
    });
  }
}

const startDatabase = (home: string, port: number): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({ dataDir: join(home, "postgres"), port, log: () => undefined });
