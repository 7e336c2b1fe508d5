import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { createLogger } from "@allfunds/platform/logging";
import type { Effect } from "@allfunds/platform/feed";
import type { TestIssuer } from "@allfunds/platform/testing";
import { expect, vi } from "vitest";
import { readConfig } from "./config.ts";
import { BookFixture } from "./feed/book.fixture.ts";
import { FakeLedger } from "./feed/fake-ledger.fixture.ts";
import { createMetricsDatabase } from "./metrics-database.fixture.ts";
import { createService } from "./service.ts";

const logger = createLogger("metrics", "silent");

/** The present of the service: figures are of this day. */
const NOW = new Date("2026-01-01T12:00:00Z");

export interface GraphqlResponse {
  data: { _entities: [Record<string, never>] } & Record<string, never>;
  errors?: { message: string; extensions: { code: string; violations?: { path: string }[] } }[];
}

type Headers = Readonly<Record<string, string>>;

/** Called once, before the next effect is stored; true makes its transaction fail half-way. */
type Breaking = () => boolean;

const unbroken: Breaking = () => false;

/** The running service over a fake ledger; it requires tokens when an issuer is given. */
export async function openService({ issuer }: { readonly issuer?: TestIssuer } = {}) {
  const ledger = new FakeLedger();
  const database = await createMetricsDatabase();
  const config = readConfig({
    DATABASE_URL_METRICS: database.url,
    LEDGER_URL: await ledger.start(),
    ...issuer?.env,
  });
  let breakEffect = unbroken;
  const isBroken = () => {
    const broken = breakEffect();
    breakEffect = unbroken;
    return broken;
  };
  const { server, closers } = await createService(config, logger, {
    threadsOnDemand: true,
    ...(issuer === undefined ? { authentication: OPEN_TO_ALL } : {}),
    wrapEffect: (effect) => sometimesBroken(effect, isBroken),
    now: () => NOW,
  });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  const origin = server.app.listeningOrigin;

  const execute = async (query: string, variables: object = {}, headers: Headers = {}) => {
    const response = await fetch(`${origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphqlResponse;
  };

  return {
    pool: database.pool,
    ledger,
    origin,
    breakNextEffect: (breaking: Breaking) => {
      breakEffect = breaking;
    },
    /** Waits until the figures include all events of the book. */
    applied: ({
      tenantId,
      fundId,
      position,
    }: Pick<BookFixture, "tenantId" | "fundId" | "position">): Promise<void> =>
      vi.waitFor(
        async () => {
          const { rows } = await database.pool.query<{ reached: number }>(
            `SELECT position::int AS reached FROM feed_book_position
             WHERE follower = 'metrics' AND tenant_id = $1 AND fund_id = $2`,
            [tenantId, fundId],
          );
          expect(rows[0]?.reached ?? 0, "position of the book").toBeGreaterThanOrEqual(position);
        },
        { timeout: 60_000, interval: 20 },
      ),
    execute,
    /** Queries fields of an entity as the gateway does: by key and required fields. */
    executeEntity: (representation: object, fields: string, headers?: Headers) =>
      execute(
        `query ($of: [_Any!]!) { _entities(representations: $of) { ${fields} } }`,
        { of: [representation] },
        headers,
      ),
    close: async (): Promise<void> => {
      await server.app.close();
      for (const close of closers) await close();
      await ledger.stop();
      await database.drop();
    },
  };
}
export type OpenService = Awaited<ReturnType<typeof openService>>;

const sometimesBroken = (effect: Effect, isBroken: Breaking): Effect => ({
  ...effect,
  statementsFor: async (events, client) => {
    const statements = await effect.statementsFor(events, client);
    return isBroken() ? [...statements, { text: "SELECT 1 / 0", values: [] }] : statements;
  },
});

export const fundOf = (book: BookFixture, position = book.position) => ({
  __typename: "Fund",
  id: book.fundId,
  position,
});

/** Two years of a fund that earns 100.00 on the fifth and spends 140.00 mid-month. */
export function burningFund(code = "1000", mark: { countsAsCash?: boolean } = {}) {
  const book = new BookFixture();
  const bank = book.account(code, "ASSET", "EUR", mark);
  const loan = book.account("2000", "LIABILITY");
  const sales = book.account("4000", "INCOME");
  const rent = book.account("6000", "EXPENSE");
  book.post("2024-01-01", [bank, "DEBIT", "2000"], [loan, "CREDIT", "2000"]);
  for (let month = 0; month < 24; month++) {
    const prefix = `${2024 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
    book.post(`${prefix}-05`, [bank, "DEBIT", "100"], [sales, "CREDIT", "100"]);
    book.post(`${prefix}-15`, [rent, "DEBIT", "140"], [bank, "CREDIT", "140"]);
  }
  return { book, bank, loan, sales, rent };
}
