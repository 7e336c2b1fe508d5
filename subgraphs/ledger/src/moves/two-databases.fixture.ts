import { createPool } from "@allfunds/platform/database";
import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import { runCliCommand } from "../cli/commands.ts";
import { LEDGER_TEMPLATE, quiet } from "../ledger-database.fixture.ts";
import { ask, POST, posting, type OpenedFund, type TestService } from "../service.fixture.ts";
import { asTenant, openOver } from "./moving-tenant.fixture.ts";
import { moveTenant, type AdministeredDatabase } from "./tenant-move.ts";

/** The service over two databases of one server. */
export class TwoDatabases {
  readonly main: TestDatabase;
  readonly two: TestDatabase;
  readonly service: TestService;
  readonly databases: readonly AdministeredDatabase[];

  private constructor(main: TestDatabase, two: TestDatabase, service: TestService) {
    this.main = main;
    this.two = two;
    this.service = service;
    this.databases = [
      { name: "main", url: main.administratorUrl() },
      { name: "two", url: two.administratorUrl() },
    ];
  }

  static async open(): Promise<TwoDatabases> {
    const [main, two] = await Promise.all([
      createTestDatabase(LEDGER_TEMPLATE),
      createTestDatabase(LEDGER_TEMPLATE),
    ]);
    return new TwoDatabases(main, two, await openOver(main.url, { two: two.url }));
  }

  async close(): Promise<void> {
    await this.service.close();
    await Promise.all([this.main.drop(), this.two.drop()]);
  }

  /** Every instance sees a change of the directory within this time; the safe time is longer. */
  async move(tenantId: string, to: string): Promise<void> {
    await moveTenant({ tenantId, to, databases: this.databases, seenAfterMs: 700 });
  }

  /** Pays capital in, and returns the posting's position. */
  async post(tenantId: string, fund: OpenedFund): Promise<number> {
    const { postTransaction } = await ask<{ postTransaction: { position: number } }>(
      this.service,
      POST,
      posting(fund, "1.00"),
      asTenant(tenantId),
    );
    return postTransaction.position;
  }
}

/** How many events of a tenant a database has. */
export async function eventsIn({ url }: TestDatabase, tenantId: string): Promise<number> {
  const pool = createPool({ url, logger: quiet, max: 1 });
  const client = await pool.connect();
  await client.query("SELECT set_config('app.tenant', $1, false)", [tenantId]);
  const { rows } = await client.query<{ n: number }>("SELECT count(*)::integer AS n FROM event");
  client.release(true);
  await pool.end();
  return rows[0]?.n ?? 0;
}

/** How many jobs of a tenant a database has in its queue. */
export async function queuedIn({ url }: TestDatabase, tenantId: string): Promise<number> {
  const pool = createPool({ url, logger: quiet, max: 1 });
  const { rows } = await pool.query<{ n: number }>(
    "SELECT count(*)::integer AS n FROM graphile_worker._private_jobs WHERE payload ->> 'tenantId' = $1",
    [tenantId],
  );
  await pool.end();
  return rows[0]?.n ?? 0;
}

/** Whether every book of a tenant and its feed are proven by replay. */
export async function isSound({ url }: TestDatabase, tenantId: string): Promise<boolean> {
  const pool = createPool({ url, logger: quiet, max: 2, pipeline: true });
  const verify = { noted: undefined, fromCheckpoint: false, fundId: undefined };
  const sound = await runCliCommand(pool, { name: "verify", tenantId, ...verify });
  await pool.end();
  return sound;
}

export const upTo = (last: number): number[] => Array.from({ length: last }, (_, nth) => nth + 1);
