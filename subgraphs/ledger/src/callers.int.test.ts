import type { LedgerEvent } from "@allfunds/contract/events";
import { authenticationShape, createAuthentication } from "@allfunds/platform/auth";
import { loadConfig } from "@allfunds/platform/config";
import { createPool, migrate } from "@allfunds/platform/database";
import { createFollower, feedMigrations } from "@allfunds/platform/feed";
import { newId } from "@allfunds/platform/ids";
import { createLogger } from "@allfunds/platform/logging";
import {
  createTestDatabase,
  createTestIssuer,
  type TestIssuer,
  type TestTokenOptions,
} from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PATIENTLY, quiet } from "./ledger-database.fixture.ts";
import { codeOf, openFund, openService, send, type TestService } from "./service.fixture.ts";

let issuer: TestIssuer;
let service: TestService;
beforeAll(async () => {
  issuer = await createTestIssuer();
  service = await openService(authenticationAt(issuer));
});
afterAll(async () => {
  await service.close();
  issuer.stop();
});

const authenticationAt = ({ env }: TestIssuer) =>
  createAuthentication(loadConfig("ledger", authenticationShape, env), quiet);

const headers = (options: TestTokenOptions = {}) => issuer.headers(options);
const readers = (tenantId?: string) =>
  headers({ scopes: ["ledger:read"], ...(tenantId === undefined ? {} : { tenantId }) });

const EVENTS =
  "subscription ($after: Cursor) { ledgerEvents(after: $after) { cursor events { tenantId fundId position } } }";
interface Batch {
  readonly ledgerEvents: {
    readonly cursor: string;
    readonly events: Pick<LedgerEvent, "fundId">[];
  };
}
const events = async (who: TestTokenOptions, after: string | null = null) =>
  service.socket.iterate<Batch>({
    query: EVENTS,
    variables: { after },
    extensions: { headers: await headers(who) },
  });

describe("a caller of the ledger", () => {
  test("needs a token for everything", async () => {
    for (const authorization of [undefined, "Bearer a.b.c", "Basic YTpi"]) {
      const response = await fetch(`${service.url}/graphql`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: JSON.stringify({ query: "{ funds { nodes { id } } }" }),
      });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
    }
    await expect(
      service.socket.iterate({ query: EVENTS, variables: { after: null } }).next(),
    ).rejects.toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
    const { checks } = (await (await fetch(`${service.url}/health/ready`)).json()) as {
      checks: Record<string, string>;
    };
    expect(checks["issuer"]).toBe("ok");
  });

  test("may not write with a token that only reads, and nothing is written", async () => {
    const tenantId = newId();
    const open = 'mutation { openFund(input: { name: "F", currency: "EUR" }) { id } }';
    const refused = await send(service, open, {}, await readers(tenantId));
    expect(codeOf(refused)).toBe("FORBIDDEN");
    const { data } = await send(service, "{ funds { nodes { id } } }", {}, await readers(tenantId));
    expect(data).toEqual({ funds: { nodes: [] } });
  });

  test("opens a closed period again only after two factors", async () => {
    const reopen = `mutation { reopenPeriod(input: { fundId: "${newId()}", periodId: "${newId()}", reason: "late bill" }) { id } }`;
    const roles = { scopes: ["ledger:read", "ledger:write"] };
    const asked = (acr: string) =>
      headers({ ...roles, acr }).then((who) => send(service, reopen, {}, who));
    expect(codeOf(await asked("pwd"))).toBe("STEP_UP_REQUIRED");
    expect(codeOf(await asked("mfa"))).not.toBe("STEP_UP_REQUIRED");
  });

  test("sees its own tenant alone", async () => {
    const [mine, theirs] = [newId(), newId()];
    const { fundId } = await openFund(service, await headers({ tenantId: mine }));
    const query = `{ fund(id: "${fundId}") { id } }`;
    const found = await send(service, query, {}, await readers(mine));
    expect(found.data).toEqual({ fund: { id: fundId } });
    expect((await send(service, query, {}, await readers(theirs))).data).toEqual({ fund: null });
  });

  test("receives its own tenant's events alone, until its token ends", async () => {
    const [mine, theirs] = [newId(), newId()];
    const { fundId } = await openFund(service, await headers({ tenantId: mine }));
    await openFund(service, await headers({ tenantId: theirs }));
    const feed = await events({ tenantId: mine, scopes: ["ledger:read"], expiresIn: 5 });
    const { value } = await feed.next();
    const received = (value?.data as Batch | undefined)?.ledgerEvents.events ?? [];
    expect(new Set(received.map((event) => event.fundId))).toEqual(new Set([fundId]));
    const rest = (async () => {
      for (;;) await feed.next();
    })();
    await expect(rest).rejects.toMatchObject([
      { message: "The access token has expired.", extensions: { code: "UNAUTHENTICATED" } },
    ]);
  });
});

describe("a service that follows the ledger", () => {
  test("may follow every tenant and do nothing else", async () => {
    const fund = await openFund(service, await headers({ tenantId: newId() }));
    const feed = await events({ system: true });
    const found = new Set<string>();
    while (!found.has(fund.fundId)) {
      const { value } = await feed.next();
      for (const { fundId } of value?.data?.ledgerEvents.events ?? []) found.add(fundId);
    }
    await feed.return?.();
    const system = await headers({ system: true, scopes: ["feed:read", "ledger:read", "admin"] });
    for (const query of ["{ funds { nodes { id } } }", `{ fund(id: "${fund.fundId}") { id } }`]) {
      expect(codeOf(await send(service, query, {}, system))).toBe("FORBIDDEN");
    }
  });

  test("follows several tenants, and those that come later, through many tokens and one restart", async () => {
    const database = await createTestDatabase();
    await migrate({ url: database.url, migrations: feedMigrations, logger: quiet });
    await database.pool.query("CREATE TABLE seen (tenant_id uuid, fund_id uuid, position bigint)");
    issuer.grantSeconds = 3;
    const warned = vi.fn<() => void>();
    const logger = createLogger("follower", "silent");
    logger.warn = warned;
    const pool = createPool({ url: database.url, logger });
    const open = () =>
      createFollower({
        name: "test",
        sourceUrl: service.url,
        credentials: authenticationAt(issuer).systemCredentials("feed:read"),
        pool,
        logger,
        effect: {
          statementsFor: (batch) =>
            Promise.resolve(
              batch.map(({ tenantId, fundId, position }) => ({
                text: "INSERT INTO seen VALUES ($1, $2, $3)",
                values: [tenantId, fundId, String(position)],
              })),
            ),
        },
      });
    let follower = open();
    follower.start();
    const before = issuer.grants;
    const followNewTenant = async (): Promise<void> => {
      const tenantId = newId();
      const { fundId } = await openFund(service, await headers({ tenantId }));
      await follower.waitFor({ tenantId, bookId: fundId }, 3, PATIENTLY.timeout);
    };
    for (let tokens = 1; tokens <= 3; tokens += 1) {
      await followNewTenant();
      await expect.poll(() => issuer.grants - before, PATIENTLY).toBeGreaterThanOrEqual(tokens);
      if (tokens > 1) continue;
      await follower.stop();
      follower = open();
      follower.start();
    }
    await followNewTenant();
    await follower.stop();
    const { rows } = await database.pool.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM seen GROUP BY tenant_id, fund_id, position HAVING count(*) > 1",
    );
    expect(rows).toEqual([]);
    expect(warned).not.toHaveBeenCalled();
    issuer.grantSeconds = 300;
    await pool.end();
    await database.drop();
  });
});
