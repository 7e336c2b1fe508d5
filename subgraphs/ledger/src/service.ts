import { createPool } from "@allfunds/platform/database";
import { Jobs } from "@allfunds/platform/jobs";
import { defineSubgraph } from "@allfunds/platform/service";
import { watchPools } from "@allfunds/platform/telemetry";
import { openOrm } from "@allfunds/platform/tenancy";
import { CommandFigures } from "./command-figures.ts";
import type { Config } from "./config.ts";
import { createContext } from "./context.ts";
import { createWritePool } from "./engine/batched-sql.ts";
import { CommandBus } from "./engine/command-bus.ts";
import type { BookId } from "./engine/book.ts";
import { PostgresBook } from "./engine/postgres-book.ts";
import { CorruptBooks } from "./evidence/corrupt-books.ts";
import { Feed } from "./feed/feed.ts";
import { Sequencer } from "./feed/sequencer.ts";
import { awaitPositionsIn } from "./graph/await-positions.ts";
import { SharedFacts } from "./graph/facts.ts";
import type { LedgerContext } from "./graph/ledger-context.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { Projector } from "./projections/projector.ts";
import { createSchema } from "./schema.ts";
import { JournalRounds, journalKind } from "./slices/journal-templates/journal-job.ts";
import { HoldExpiry } from "./slices/holds/hold-expiry.ts";
import { MODEL, PROJECTIONS, type Books } from "./slices/model.ts";
import { BookPublisher, type BookPublisherOptions } from "./sinks/book-publisher.ts";
import { RedisStreams } from "./sinks/redis-streams.ts";
import { statementImportKind } from "./slices/bank-statements/statement-import-job.ts";
import { recordEarlierImports } from "./slices/bank-statements/record-earlier-imports.ts";
import { AllowedNetworks } from "./slices/webhooks/allowed-networks.ts";
import { MessageSender } from "./slices/webhooks/send-message.ts";
import { WebhookSender } from "./slices/webhooks/webhook-sender.ts";
import { verificationKind } from "./slices/verifications/verification.ts";
import { OrderPool } from "./tenancy/order-pool.ts";

// Bank statements travel inside a GraphQL document; a year of a busy account fits.
const BODY_LIMIT_BYTES = 20 * 1024 * 1024;

// Two of them listen for jobs and show that this instance is there; each running job needs one at times.
const JOB_CONNECTIONS = 6;

// For webhooks that are served at the same time; most of that time they wait for receivers.
const WEBHOOK_CONNECTIONS = 3;

export const createService = defineSubgraph<Config, LedgerContext>({
  name: "ledger",
  databaseUrl: ({ DATABASE_URL_LEDGER }) => DATABASE_URL_LEDGER,
  migrations: MIGRATIONS,
  bodyLimit: BODY_LIMIT_BYTES,
  build: async ({ config, logger, pool, server }) => {
    const { DATABASE_URL_LEDGER: url } = config;
    const reads = new OrderPool(pool);
    const orm = openOrm(url, () => import("./slices/entities.ts"));
    // Not at the first read, whose half a second would hold up postings.
    await orm.load();
    const sequencer = new Sequencer(url, logger);
    const writePool = createWritePool(url, logger);
    const projectorPool = createPool({ url, logger, max: 1 });
    const projector = new Projector(projectorPool, PROJECTIONS, logger);
    const corrupt = new CorruptBooks(writePool, logger, server.registry);
    const figures = new CommandFigures(server.registry, () => projector.waitingBooks);
    watchPools(server.registry, { main: pool, write: writePool });
    const publisher = publisherOf(config, { reads, logger, registry: server.registry });
    const books: Books = new CommandBus({
      model: MODEL,
      storeOf: (book, tenants) => new PostgresBook(MODEL, writePool, book, tenants),
      logger,
      onVerdicts: figures.decided,
      onCommit: (book, position, events) => {
        figures.committed(events.length);
        sequencer.tail.committed(book, events);
        sequencer.bookMoved(book);
        projector.bookMoved(book);
        publisher?.bookMoved(book, position);
      },
      onCorrupt: (book) => void corrupt.name(book),
    });
    const jobPool = createPool({ url, logger, max: JOB_CONNECTIONS });
    const onImported = (book: BookId): void => {
      sequencer.bookMoved(book);
      projector.bookMoved(book);
    };
    const journals = journalKind({ books, reads, writes: jobPool });
    const kinds = [
      journals,
      verificationKind({ url, reportCorrupt: corrupt.report }),
      statementImportKind({ url, onImported }),
    ];
    const jobs = new Jobs({ pool: jobPool, logger, registry: server.registry, kinds });
    const stores = {
      pool: reads,
      orm,
      feed: new Feed(reads, sequencer.tail),
      facts: new SharedFacts(),
      jobQueues: jobs.queues,
      projectionsMoved: projector.moved,
      reportCorrupt: corrupt.report,
    };
    const networks = new AllowedNetworks(config.WEBHOOK_ALLOWED_NETWORKS);
    const webhookPool = createPool({ url, logger, max: WEBHOOK_CONNECTIONS });
    const webhooks = new WebhookSender({
      pool: webhookPool,
      reads,
      messages: new MessageSender({ networks }),
      moved: sequencer.tail.moved,
      logger,
      registry: server.registry,
    });
    const journalRounds = new JournalRounds(jobPool, reads, journals, logger);
    const holdExpiry = new HoldExpiry(books, reads, logger);
    let upgraded: Promise<void> = Promise.resolve();

    return {
      schema: createSchema({ books, jobs, uploads: jobPool, networks }),
      createContext: (request) => createContext(stores, request),
      awaitPositions: awaitPositionsIn(reads),
      start: () => {
        sequencer.start();
        projector.start();
        holdExpiry.start();
        jobs.start();
        webhooks.start();
        journalRounds.start();
        publisher?.start();
        upgraded = recordEarlierImports(books, reads).catch((error: unknown) => {
          logger.warn({ err: error }, "imports of an earlier version wait for the next start");
        });
      },
      closers: [
        () => webhooks.stop(),
        () => publisher?.stop() ?? Promise.resolve(),
        () => webhookPool.end(),
        () => journalRounds.stop(),
        () => jobs.stop(),
        () => jobPool.end(),
        () => holdExpiry.stop(),
        () => upgraded,
        () => books.drain(),
        () => writePool.end(),
        () => sequencer.stop(),
        () => projector.stop(),
        () => projectorPool.end(),
        () => orm.close(),
      ],
    };
  },
});

/** What publishes the books to a broker; undefined without one. */
function publisherOf(
  { EVENT_STREAMS_REDIS_URL: url, EVENT_STREAMS_MOST_EVENTS: mostEvents }: Config,
  { logger, ...parts }: Omit<BookPublisherOptions, "sink">,
): BookPublisher | undefined {
  if (url === undefined) return undefined;
  return new BookPublisher({
    ...parts,
    logger,
    sink: new RedisStreams({ url, mostEvents, logger }),
  });
}
