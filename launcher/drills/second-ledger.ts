import { startTemporaryPostgres, type TemporaryPostgres } from "@allfunds/embedded-postgres";

const DATABASE = "ledger";
export const SECOND = "two";

/** Another PostgreSQL server with a database for tenants of the ledger. */
export class SecondLedger {
  readonly #server: TemporaryPostgres;

  private constructor(server: TemporaryPostgres) {
    this.#server = server;
  }

  static async start(): Promise<SecondLedger> {
    const server = await startTemporaryPostgres();
    await server.ensureDatabase(DATABASE);
    return new SecondLedger(server);
  }

  /** The variables by which services and commands find it. */
  get settings(): Readonly<Record<string, string>> {
    return {
      DATABASE_URLS_LEDGER: `${SECOND}=${this.#server.url(DATABASE)}`,
      ADMIN_DATABASE_URLS_LEDGER: `${SECOND}=${this.#server.administratorUrl(DATABASE)}`,
    };
  }

  async remove(): Promise<void> {
    await this.#server.stop();
  }
}
