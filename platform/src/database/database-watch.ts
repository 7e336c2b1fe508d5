import { setImmediate as nextTurn } from "node:timers/promises";
import pg from "pg";

const PROBE_EVERY_MS = 500;
/** A server on a calm machine answers a probe in milliseconds; on a starved one it takes seconds, as measured. */
export const PROBE_LIMIT_MS = { least: 1_000, most: 3_000 };
/** So many times the slowest of the latest answers mean that none will come. */
const TOLERANCE = 8;
const LATEST = 60;
/** The server makes a process for a connection, which takes long on a busy machine. */
const CONNECT_LIMIT_MS = 4_000;
const HELD_UP_MS = 200;

const PROBE = "SELECT current_setting('transaction_read_only') AS read_only";

/** The server accepted a connection and answers nothing on it, as a frozen machine does. */
export class DatabaseSilent extends Error {
  /** As of a connection that timed out, which this is. */
  readonly code = "ETIMEDOUT";

  constructor() {
    super("the database server does not answer");
    this.name = "DatabaseSilent";
  }
}

/** Takes lines of the log. */
export interface WatchLogger {
  readonly debug: (details: object, line: string) => void;
  readonly info: (line: string) => void;
  readonly error: (line: string) => void;
}

/** What ends when the server falls silent: connections, and those who wait for one. */
export interface Silenced {
  /** True while a connection is in use or waited for. */
  readonly isBusy: boolean;
  readonly silence: (error: DatabaseSilent) => void;
}

/**
 * Watches a database server on a connection of its own while its pools are used. A frozen server closes no
 * connection and enforces no time limit, so nothing else would end what waits for it.
 */
export class DatabaseWatch {
  /** How long a probe may take. Tests that freeze no server wait longer: their machine may be starved. */
  static limitMs: typeof PROBE_LIMIT_MS = PROBE_LIMIT_MS;
  static readonly #watches = new Map<string, DatabaseWatch>();
  readonly #url: string;
  #logger: WatchLogger | undefined;
  readonly #pools = new Set<Silenced>();
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #probing: Promise<void> | undefined;
  #silent: DatabaseSilent | undefined;
  #isReadOnly = false;
  /** The times of the latest answers, in milliseconds. */
  readonly #timesMs: number[] = [];

  private constructor(url: string) {
    this.#url = url;
  }

  /** The watch of a database, shared by all pools of this process. */
  static of(url: string, logger?: WatchLogger): DatabaseWatch {
    const { host, pathname } = new URL(url);
    const key = `${host}${pathname}`;
    const watch = DatabaseWatch.#watches.get(key) ?? new DatabaseWatch(url);
    watch.#logger ??= logger;
    DatabaseWatch.#watches.set(key, watch);
    return watch;
  }

  /** Why nothing is sent to the server at present. */
  get silent(): DatabaseSilent | undefined {
    return this.#silent;
  }

  add(pool: Silenced): void {
    this.#pools.add(pool);
    this.#timer ??= setInterval(() => this.#tick(), PROBE_EVERY_MS).unref();
  }

  remove(pool: Silenced): void {
    this.#pools.delete(pool);
    if (this.#pools.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#dropClient();
  }

  /** Resolves when the server answers; throws why it does not. */
  async check(): Promise<void> {
    const probed = this.#probe();
    if (this.#silent === undefined) await probed;
    else probed.catch(() => undefined);
    if (this.#silent !== undefined) throw this.#silent;
    if (this.#isReadOnly) throw new Error("the database is a read-only replica");
  }

  #tick(): void {
    if (this.#silent === undefined && ![...this.#pools].some(({ isBusy }) => isBusy)) return;
    this.#probe().catch((error: unknown) => {
      // A server that refuses connections is found out by the pools themselves.
      this.#logger?.debug({ err: error }, "the database server refused a probe");
    });
  }

  #probe(): Promise<void> {
    this.#probing ??= this.#answerInTime().finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  async #answerInTime(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      const wait = (limitMs: number): void => {
        const due = performance.now() + limitMs;
        timer = setTimeout(() => {
          // A process that is itself held up learns nothing of the server.
          if (performance.now() - due > HELD_UP_MS) wait(limitMs);
          else void afterReading(() => resolve("late"));
        }, limitMs);
      };
      const usualMs = this.#probeLimitMs;
      wait(this.#client === undefined ? Math.max(CONNECT_LIMIT_MS, usualMs) : usualMs);
    });
    const answered = this.#answer();
    answered.catch(() => undefined);
    try {
      if ((await Promise.race([answered, late])) === "late") this.#fallSilent();
      else this.#speakAgain();
    } catch (error) {
      this.#dropClient();
      // It refuses, so it is not frozen.
      this.#speakAgain();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  get #probeLimitMs(): number {
    const { least, most } = DatabaseWatch.limitMs;
    return Math.min(most, Math.max(least, TOLERANCE * Math.max(...this.#timesMs)));
  }

  async #answer(): Promise<void> {
    if (this.#client === undefined) {
      this.#client = this.#newClient();
      await this.#client.connect();
      streamOf(this.#client).unref();
    }
    const sentMs = performance.now();
    const { rows } = await this.#client.query<{ read_only: string }>(PROBE);
    this.#timesMs.push(performance.now() - sentMs);
    if (this.#timesMs.length > LATEST) this.#timesMs.shift();
    this.#isReadOnly = rows[0]?.read_only === "on";
  }

  #newClient(): pg.Client {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: "allfunds watch",
    });
    client.on("error", () => {
      if (this.#client === client) this.#client = undefined;
    });
    return client;
  }

  #fallSilent(): void {
    this.#dropClient();
    if (this.#silent === undefined) {
      this.#logger?.error(
        "the database server does not answer; requests are refused until it does",
      );
    }
    this.#silent = new DatabaseSilent();
    for (const pool of this.#pools) pool.silence(this.#silent);
  }

  #speakAgain(): void {
    if (this.#silent !== undefined) this.#logger?.info("the database server answers again");
    this.#silent = undefined;
  }

  #dropClient(): void {
    if (this.#client !== undefined) streamOf(this.#client).destroy();
    this.#client = undefined;
  }
}

/** The socket of a connection; the driver's published types leave it out. */
export const streamOf = (
  client: pg.ClientBase,
): NodeJS.Socket & { destroy(error?: Error): void; unref(): void } =>
  (client as unknown as { connection: { stream: never } }).connection.stream;

/** Behind a blocked event loop a timer fires before the answer that has arrived is read. */
async function afterReading(act: () => void): Promise<void> {
  await nextTurn();
  await nextTurn();
  act();
}

/** The readiness check of a service that stands on this database: it answers, and takes writes. */
export const databaseReady =
  (url: string, logger: WatchLogger): (() => Promise<void>) =>
  () =>
    DatabaseWatch.of(url, logger).check();
