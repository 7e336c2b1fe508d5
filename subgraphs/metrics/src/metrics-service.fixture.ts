import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { migrate } from "@allfunds/platform/database";
import { createFollower } from "@allfunds/platform/feed";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import type { Effect } from "@allfunds/platform/feed";
import { createTestDatabase } from "@allfunds/platform/testing";
import { instrumentMigrations } from "./instruments/migrations.ts";
import { metricsContext } from "./metrics-context.ts";
import { createSchema } from "./schema.ts";
import { applyEvents } from "./series/apply-events.ts";
import { BookFixture } from "./series/book.fixture.ts";
import { FundUpdates } from "./series/fund-updates.ts";
import { LedgerFeedFixture } from "./series/ledger-feed.fixture.ts";
import { seriesMigrations } from "./series/migrations.ts";
import { plainProfile } from "./series/storage/plain-profile.ts";

const logger = createLogger("metrics", "silent");

export interface Answer {
  data: { _entities: [Record<string, never>] } & Record<string, never>;
  errors?: { message: string; extensions: { code: string; violations?: { path: string }[] } }[];
}

/** Told once of the next effect; true breaks it half-way through its transaction. */
type Breaking = () => boolean;

const unbroken: Breaking = () => false;

/** The service over a ledger's feed that a test writes. */
export async function startMetricsService() {
  const feed = new LedgerFeedFixture();
  const database = await createTestDatabase();
  const { url, pool } = database;
  const migrations = [...seriesMigrations(plainProfile), ...instrumentMigrations];
  await migrate({ url, migrations, logger });
  let breakEffect = unbroken;
  const follower = createFollower({
    name: "metrics",
    ledgerUrl: await feed.start(),
    pool,
    logger,
    effect: sometimesBroken(() => {
      const broken = breakEffect();
      breakEffect = unbroken;
      return broken;
    }),
  });
  const updates = new FundUpdates(pool, logger);
  const server = createHttpServer({ service: "metrics", logger, authentication: OPEN_TO_ALL });
  const closeGraphql = await serveGraphql({
    schema: createSchema(pool),
    server,
    logger,
    createContext: metricsContext(follower, updates),
  });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  follower.start();
  updates.start();
  const origin = server.app.listeningOrigin;
  return {
    feed,
    follower,
    origin,
    breakNextEffect: (breaking: Breaking) => {
      breakEffect = breaking;
    },
    ask: (query: string, variables: object = {}) => ask(origin, query, variables),
    /** Asks for fields of an entity as the gateway does: by key and required fields. */
    askEntity: (representation: object, fields: string) =>
      ask(origin, `query ($r: [_Any!]!) { _entities(representations: $r) { ${fields} } }`, {
        r: [representation],
      }),
    stop: async () => {
      await closeGraphql();
      await server.app.close();
      await updates.stop();
      await follower.stop();
      await feed.stop();
      await database.drop();
    },
  };
}
export type MetricsService = Awaited<ReturnType<typeof startMetricsService>>;

function sometimesBroken(isBroken: Breaking): Effect {
  const effect = applyEvents(plainProfile);
  return {
    ...effect,
    statementsFor: async (events, client) => {
      const statements = await effect.statementsFor(events, client);
      return isBroken() ? [...statements, { text: "SELECT 1 / 0", values: [] }] : statements;
    },
  };
}

async function ask(origin: string, query: string, variables: object): Promise<Answer> {
  const response = await fetch(`${origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

export const fundOf = (book: BookFixture, position = book.position) => ({
  __typename: "Fund",
  id: book.fundId,
  position,
});

/** Two years of a fund that earns 100.00 on the first and spends 140.00 mid-month. */
export function burningFund(code = "1000", mark: { countsAsCash?: boolean } = {}) {
  const book = new BookFixture();
  const bank = book.account(code, "ASSET", "EUR", mark);
  const loan = book.account("2000", "LIABILITY");
  const sales = book.account("4000", "INCOME");
  const rent = book.account("6000", "EXPENSE");
  book.post("2024-01-01", [bank, "DEBIT", "2000"], [loan, "CREDIT", "2000"]);
  for (let month = 0; month < 24; month++) {
    const prefix = `${2024 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
    book.post(`${prefix}-01`, [bank, "DEBIT", "100"], [sales, "CREDIT", "100"]);
    book.post(`${prefix}-15`, [rent, "DEBIT", "140"], [bank, "CREDIT", "140"]);
  }
  return { book, bank, loan, sales, rent };
}
