import { randomUUID } from "node:crypto";
import { ReachableSystem, type DemoDirectory } from "../e2e/reachable-system.ts";
import type { RunningSystem } from "../e2e/running-system.ts";
import { openSmallBook, type SmallBook } from "../e2e/small-book.ts";
import { onDatabase } from "./ground.ts";

/** A tenant beside the demo's, with a program that may do everything and a book of its own. */
export interface DrillTenant {
  readonly name: string;
  readonly tenantId: string;
  /** The system as that program sees it. */
  readonly system: ReachableSystem;
  readonly book: SmallBook;
}

/** The system for a program of another tenant. */
class OfTenant extends ReachableSystem {
  readonly #system: RunningSystem;
  readonly #clientId: string;

  constructor(system: RunningSystem, clientId: string) {
    super();
    this.#system = system;
    this.#clientId = clientId;
  }

  override url(standardPort: number, path: string): string {
    return this.#system.url(standardPort, path);
  }

  override async demo(): Promise<DemoDirectory> {
    const demo = await this.#system.demo();
    return { ...demo, clients: demo.clients.map((one) => ({ ...one, clientId: this.#clientId })) };
  }
}

const OF_THE_DEMO = "FROM api_client c WHERE c.client_id = $3";

/** Makes tenants with a program each, which signs in with the secret of the demo's first one. */
export async function makeTenants(
  system: RunningSystem,
  names: readonly string[],
): Promise<DrillTenant[]> {
  const { clients } = await system.demo();
  const [first] = clients;
  if (first === undefined) throw new Error("the demo has no client");
  const made = names.map((name) => ({ name, tenantId: randomUUID(), clientId: `drill-${name}` }));
  await onDatabase(system, "identity", async (client) => {
    for (const { name, tenantId, clientId } of made) {
      await client.query("INSERT INTO tenant (tenant_id, name) VALUES ($1, $2)", [tenantId, name]);
      await client.query(
        `INSERT INTO api_client SELECT (jsonb_populate_record(c, jsonb_build_object(
           'tenant_id', $1::text, 'client_id', $2::text))).* ${OF_THE_DEMO}`,
        [tenantId, clientId, first.clientId],
      );
      await client.query(
        `INSERT INTO api_client_secret (client_id, secret_hash)
         SELECT $1, secret_hash FROM api_client_secret WHERE client_id = $2`,
        [clientId, first.clientId],
      );
    }
  });
  const tenants: DrillTenant[] = [];
  for (const { name, tenantId, clientId } of made) {
    const seen = new OfTenant(system, clientId);
    tenants.push({ name, tenantId, system: seen, book: await openSmallBook(seen, name) });
  }
  return tenants;
}
