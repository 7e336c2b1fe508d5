import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@allfunds/embedded-postgres";
import { choosePorts } from "../ports.ts";
import { databaseVariable } from "../services.ts";
import { BACKED_UP, withFurtherLedgers, type BackedUpDatabase } from "./databases.ts";

const portOf = (env: NodeJS.ProcessEnv): number =>
  choosePorts(Number(env["PORT_OFFSET"] || "0"), env).POSTGRES_PORT;

/** The embedded PostgreSQL of a data directory. */
export class Embedded {
  readonly databases: BackedUpDatabase[];
  readonly #stop: () => Promise<void>;

  private constructor(databases: BackedUpDatabase[], stop: () => Promise<void>) {
    this.databases = databases;
    this.#stop = stop;
  }

  /** The databases of the running system. */
  static async running(dataDir: string, env: NodeJS.ProcessEnv): Promise<BackedUpDatabase[]> {
    const file = join(dataDir, "postgres.passwords.json");
    const text = await readFile(file, "utf8").catch(() => {
      throw new Error(
        `There is no ${file}. Start the system first (npm start), or set ${BACKED_UP.map(databaseVariable).join(", ")}.`,
      );
    });
    const { administrator, application } = JSON.parse(text) as Record<
      "administrator" | "application",
      string
    >;
    const address = (role: string, password: string, name: string): string =>
      `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${portOf(env)}/${name}`;
    const own = BACKED_UP.map((name) => ({
      name,
      service: name,
      url: address("allfunds", application, name),
      administratorUrl: address("postgres", administrator, name),
    }));
    return withFurtherLedgers(own, env);
  }

  /** Starts the server on a data directory that no system runs on. */
  static async start(dataDir: string, env: NodeJS.ProcessEnv): Promise<Embedded> {
    const server = await startEmbeddedPostgres({
      dataDir: join(dataDir, "postgres"),
      port: portOf(env),
      log: () => undefined,
    });
    for (const name of BACKED_UP) await server.ensureDatabase(name);
    const own = BACKED_UP.map((name) => ({
      name,
      service: name,
      url: server.url(name),
      administratorUrl: server.administratorUrl(name),
    }));
    return new Embedded(withFurtherLedgers(own, env), () => server.stop());
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}
