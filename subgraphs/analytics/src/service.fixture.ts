import type { AuditEvent } from "@allfunds/platform/audit";
import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool, migrate, withTransaction, type Pool } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import type { LedgerEvent } from "@allfunds/contract/events";
import type { Effect } from "@allfunds/platform/feed";
import { Jobs } from "@allfunds/platform/jobs";
import { openOrm, TenantPool } from "@allfunds/platform/tenancy";
import { createTestDatabase, storeEffect } from "@allfunds/platform/testing";
import type { DatabaseTemplate, TestIssuer } from "@allfunds/platform/testing";
import { expect, vi } from "vitest";
import { decideConsent } from "./consent/consent-store.ts";
import { createBuiltInModel } from "./classification/built-in-model.ts";
import type { BuiltInModel } from "./classification/built-in-model.ts";
import { readConfig } from "./config.ts";
import { listMarkedFunds } from "./examination/examination-marks.ts";
import { examineMarked } from "./examination/examination-worker.ts";
import { createEffect } from "./feed/apply-events.ts";
import type { BookFixture } from "./feed/book.fixture.ts";
import { FakeLedger } from "./feed/fake-ledger.fixture.ts";
import { MIGRATIONS } from "./migrations.ts";
import { createService } from "./service.ts";

export const silent = createLogger("analytics", "silent");

export interface GraphqlResponse {
  readonly data: { readonly [field: string]: unknown } | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string };
  }[];
}

/** The schema of analytics and of its queue, to which the feed adds jobs. */
const TEMPLATE: DatabaseTemplate = {
  name: "analytics",
  prepare: async (url) => {
    await migrate({ url, migrations: MIGRATIONS, logger: silent });
    const pool = createPool({ url, logger: silent });
    await new Jobs({ pool, logger: silent, kinds: [] }).install();
    await pool.end();
  },
};

interface ServiceOptions {
  /** Whose tokens it requires; it is open to all without one. */
  readonly issuer?: TestIssuer;
  /** Address of a fake language model; the built-in models decide everything without one. */
  readonly geminiUrl?: string;
  /** Address of a gateway whose graph questions are answered from. */
  readonly gatewayUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The running service over a fake ledger. */
export async function openService({
  issuer,
  geminiUrl,
  gatewayUrl,
  env = {},
}: ServiceOptions = {}) {
  const ledger = new FakeLedger();
  const database = await createTestDatabase(TEMPLATE);
  const audited: AuditEvent[] = [];
  const config = readConfig({
    DATABASE_URL_ANALYTICS: database.url,
    LEDGER_URL: await ledger.start(),
    ...issuer?.env,
    ...(gatewayUrl === undefined ? {} : { GATEWAY_URL: gatewayUrl }),
    ...env,
    ...(geminiUrl === undefined
      ? {}
      : { GEMINI_API_KEY: "key", GEMINI_MODEL: "some-model", GEMINI_BASE_URL: geminiUrl }),
  });
  const { server, closers } = await createService(config, silent, {
    ...(issuer === undefined ? { authentication: OPEN_TO_ALL } : {}),
    retries: { retries: 0, firstPauseMs: 1, longestPauseMs: 1, breakMs: 1 },
    audit: (event) => void audited.push(event),
  });
  await consentOfDemo(database.pool);
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  const origin = server.app.listeningOrigin;
  const { reads, close: closeReads } = openReads(database.url);
  return {
    pool: database.pool,
    /** What was reported to the audit log. */
    audited,
    reads,
    ledger,
    origin,
    /** Waits until the read model includes all events of the book. */
    applied: ({ tenantId, fundId, position }: BookFixture): Promise<void> =>
      vi.waitFor(
        async () => {
          const { rows } = await database.pool.query<{ reached: number }>(
            `SELECT position::int AS reached FROM feed_book_position
             WHERE follower = 'analytics' AND tenant_id = $1 AND fund_id = $2`,
            [tenantId, fundId],
          );
          expect(rows[0]?.reached ?? 0, "position of the book").toBeGreaterThanOrEqual(position);
          expect(await listMarkedFunds(database.pool)).toEqual([]);
        },
        { timeout: 60_000, interval: 20 },
      ),
    execute: async (
      query: string,
      variables: object = {},
      headers: Readonly<Record<string, string>> = {},
    ): Promise<GraphqlResponse> => {
      const response = await fetch(`${origin}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphqlResponse;
    },
    close: async (): Promise<void> => {
      await server.app.close();
      for (const close of closers) await close();
      await ledger.stop();
      await closeReads();
      await database.drop();
    },
  };
}
export type OpenService = Awaited<ReturnType<typeof openService>>;

/** The tenant of most tests lets its texts go to the fake language model. */
const consentOfDemo = (pool: Pool): Promise<boolean> =>
  withTransaction(pool, { tenantId: DEMO_TENANT_ID }, (client) =>
    decideConsent(client, DEMO_TENANT_ID, { given: true, by: "demo" }),
  );

/** Reads of requests, as the service opens them. */
function openReads(url: string) {
  const reads = new TenantPool(createPool({ url, logger: silent }));
  const orm = openOrm(url, () => import("./entities.ts"));
  const close = async (): Promise<void> => {
    await orm.close();
    await reads.end();
  };
  return { reads, orm, close };
}

let model: BuiltInModel | undefined;

/** The files of a worker share one model, with the words it has read. */
export const builtInModel = (): BuiltInModel => (model ??= createBuiltInModel());

/** Repeats an action until the promise settles: a server does not confirm a subscription. */
export async function repeatUntil<Value>(
  settled: Promise<Value>,
  action: (round: number) => void,
): Promise<Value> {
  let round = 0;
  const timer = setInterval(() => action(round++), 50);
  return settled.finally(() => clearInterval(timer));
}

const effectOf = (usesLanguageModel = false): Effect =>
  createEffect({ model: builtInModel(), usesLanguageModel });

/** A migrated database without a service, to which a test applies events itself. */
export async function openDatabase() {
  const database = await createTestDatabase(TEMPLATE);
  const { url, pool } = database;
  await consentOfDemo(pool);
  const { close: closeReads, ...reads } = openReads(url);
  return {
    url,
    pool,
    ...reads,
    drop: async () => {
      await closeReads();
      await database.drop();
    },
    /** The effect of one start of the service: what it caches lives from batch to batch. */
    effect: effectOf,
    /** Applies events as the follower does, in one transaction; right after a start by default. */
    apply: (
      events: readonly LedgerEvent[],
      usesLanguageModel = false,
      effect = effectOf(usesLanguageModel),
    ): Promise<void> => storeEffect(pool, effect, events),
    /** Examines everything that is marked, as seen on 30 June 2026. */
    examine: (now = new Date("2026-06-30T12:00:00Z")): Promise<boolean> =>
      examineMarked({ pool, clock: () => now }),
    recategorise: (
      tenantId: string,
      transactionIds: readonly string[],
      category: string,
    ): Promise<void> =>
      withTransaction(pool, { tenantId }, async (client) => {
        await client.query(
          "UPDATE movement SET category = $1 WHERE transaction_id = ANY($2::uuid[])",
          [category, transactionIds],
        );
      }),
  };
}
export type OpenDatabase = Awaited<ReturnType<typeof openDatabase>>;
