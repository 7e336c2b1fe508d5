import type { Authentication } from "@allfunds/platform/auth";
import { createPool, migrate, retryWhileUnreachable } from "@allfunds/platform/database";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer, type HttpServer } from "@allfunds/platform/http";
import { Jobs } from "@allfunds/platform/jobs";
import type { Logger } from "@allfunds/platform/logging";
import { createWritePool } from "./engine/batched-sql.ts";
import { CommandBus } from "./engine/command-bus.ts";
import { PostgresBook } from "./engine/postgres-book.ts";
import { CorruptBooks } from "./evidence/corrupt-books.ts";
import { Feed } from "./feed/feed.ts";
import { Sequencer } from "./feed/sequencer.ts";
import { SharedFacts } from "./graph/known-facts.ts";
import { createLedgerContext } from "./graph/ledger-context.ts";
import { HoldSweeper } from "./slices/holds/hold-expiry.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { openOrm } from "./orm.ts";
import { MODEL, type Books } from "./slices/model.ts";
import { PROJECTIONS } from "./projections/projections.ts";
import { Projector } from "./projections/projector.ts";
import { buildLedgerSchema } from "./schema.ts";
import { verificationKind } from "./slices/verifications/verification.ts";
import { recordEarlierImports } from "./slices/statements/record-earlier-imports.ts";
import { TenantPool } from "./tenancy/tenant-pool.ts";

// Statements travel inside a GraphQL document; a year of a busy account fits.
const BODY_LIMIT_BYTES = 20 * 1024 * 1024;

// Two of them listen for jobs and show that this instance is there; each running job needs one at times.
const JOB_CONNECTIONS = 6;

/** A ledger that is wired up but does not listen yet. */
export interface Ledger {
  readonly server: HttpServer;
  /** To be called once requests have ended, in this order. */
  readonly closers: readonly (() => Promise<unknown>)[];
}

/** The wiring diagram: pool, books, feed, schema and server, top to bottom. */
export async function startLedger(
  url: string,
  logger: Logger,
  authentication: Pick<Authentication, "contextOf" | "ready">,
): Promise<Ledger> {
  await retryWhileUnreachable("the ledger's database", logger, () =>
    migrate({ url, migrations: MIGRATIONS, logger }),
  );
  const pool = new TenantPool(createPool({ url, logger }));
  const orm = await openOrm(url);

  const server = createHttpServer({
    service: "ledger",
    logger,
    bodyLimit: BODY_LIMIT_BYTES,
    authentication,
  });
  const sequencer = new Sequencer(url, logger);
  const writePool = createWritePool(url, logger);
  const projectorPool = createPool({ url, logger, max: 1 });
  const projector = new Projector(projectorPool, PROJECTIONS, logger);
  const corrupt = new CorruptBooks(writePool, logger, server.registry);
  const books: Books = new CommandBus({
    model: MODEL,
    storeOf: (book, tenants) => new PostgresBook(MODEL, writePool, book, tenants),
    logger,
    onCommit: (book, _position, events) => {
      sequencer.tail.committed(book, events);
      sequencer.bookMoved(book);
      projector.bookMoved(book);
    },
    onCorrupt: (book) => void corrupt.name(book),
  });
  const feed = new Feed(pool, sequencer.tail);
  const facts = new SharedFacts();
  const stores = {
    pool,
    orm,
    feed,
    facts,
    projectionsMoved: projector.moved,
    reportCorrupt: corrupt.report,
  };
  const jobPool = createPool({ url, logger, max: JOB_CONNECTIONS });
  const jobs = new Jobs({
    pool: jobPool,
    logger,
    kinds: [verificationKind({ url, reportCorrupt: corrupt.report })],
  });
  const schema = buildLedgerSchema(books, jobs);

  server.readiness.add("issuer", authentication.ready);
  server.readiness.add("database", async () => {
    await pool.ping();
  });
  const closeGraphql = await serveGraphql({
    schema,
    server,
    logger,
    createContext: (request) => createLedgerContext(stores, request),
  });
  sequencer.start();
  projector.start();
  const sweeper = new HoldSweeper(books, pool, logger);
  sweeper.start();
  jobs.start();
  const upgraded = recordEarlierImports(books, pool).catch((error: unknown) => {
    logger.warn({ err: error }, "imports of an earlier version wait for the next start");
  });

  return {
    server,
    closers: [
      closeGraphql,
      () => jobs.stop(),
      () => jobPool.end(),
      () => sweeper.stop(),
      () => upgraded,
      () => books.drain(),
      () => writePool.end(),
      () => sequencer.stop(),
      () => projector.stop(),
      () => projectorPool.end(),
      () => orm.close(),
      () => pool.end(),
    ],
  };
}
