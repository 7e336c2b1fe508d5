import { createPool, type Pool } from "@allfunds/platform/database";
import { Jobs } from "@allfunds/platform/jobs";
import type { Logger } from "@allfunds/platform/logging";
import { watchPools } from "@allfunds/platform/telemetry";
import { openOrm, type GrantedOrm, type TenantReads } from "@allfunds/platform/tenancy";
import type { Registry } from "prom-client";
import { CommandFigures } from "./command-figures.ts";
import { createWritePool } from "../engine/batched-sql.ts";
import type { BookId } from "../engine/book.ts";
import { CommandBus } from "../engine/command-bus.ts";
import { postgresBooks } from "../engine/postgres-book.ts";
import { CorruptBooks } from "../evidence/corrupt-books.ts";
import { Feed } from "../feed/feed.ts";
import { RedisFanOut } from "../feed/redis-fan-out.ts";
import { Sequencer } from "../feed/sequencer.ts";
import type { WakeSignal } from "../feed/wake-signal.ts";
import { Projector } from "../projections/projector.ts";
import { BookPublisher, sinkFigures } from "../sinks/book-publisher.ts";
import type { EventSink } from "../sinks/event-sink.ts";
import { KafkaEvents, type KafkaSettings } from "../sinks/kafka-events.ts";
import { RedisStreams } from "../sinks/redis-streams.ts";
import { recordEarlierImports } from "../slices/bank-statements/record-earlier-imports.ts";
import type * as Entities from "../slices/entities.ts";
import { statementImportKind } from "../slices/bank-statements/statement-import-job.ts";
import { statementUndoKind } from "../slices/bank-statements/statement-undo-job.ts";
import { HoldExpiry } from "../slices/holds/hold-expiry.ts";
import { JournalRounds, journalKind } from "../slices/journal-templates/journal-job.ts";
import { MODEL, PROJECTIONS, type Books } from "../slices/model.ts";
import { verificationKind } from "../slices/verifications/verification.ts";
import type { AllowedNetworks } from "../slices/webhooks/allowed-networks.ts";
import { MessageSender } from "../slices/webhooks/send-message.ts";
import { WebhookSender } from "../slices/webhooks/webhook-sender.ts";
import { OrderPool } from "../tenancy/order-pool.ts";

// Two of them listen for jobs and show that this instance is there; each running job needs one at times.
const JOB_CONNECTIONS = 6;

// For webhooks that are served at the same time; most of that time they wait for receivers.
const WEBHOOK_CONNECTIONS = 3;

/** The brokers that the books are published to: none, one or both. */
interface StreamSettings {
  readonly redis: { readonly url: string; readonly mostEvents: number | undefined } | undefined;
  readonly kafka: KafkaSettings | undefined;
}

export interface LedgerDatabaseOptions {
  readonly name: string;
  readonly url: string;
  /** For reads. */
  readonly pool: Pool;
  readonly streams: StreamSettings;
  /** A Redis that fans out the feed's end to all instances. */
  readonly fanOutUrl?: string | undefined;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly networks: AllowedNetworks;
  /** Woken whenever a read model moved. */
  readonly projectionsMoved: WakeSignal;
  /** Where the events of the feed are read: of tenants that moved away they are elsewhere. By default here. */
  readonly contents?: TenantReads;
}

/** Everything that the ledger does on one database: commands, reads, the feed, read models and jobs. */
export interface LedgerDatabase {
  readonly name: string;
  readonly reads: OrderPool;
  readonly orm: GrantedOrm<typeof Entities>;
  readonly books: Books;
  readonly jobs: Jobs;
  /** For what is written beside the books. */
  readonly writes: Pool;
  readonly feed: Feed;
  /** Wakes followers of the feed. */
  readonly feedMoved: WakeSignal;
  readonly reportCorrupt: (book: BookId, what: string) => void;
  /** What publishes the books, one for each broker. */
  readonly publishers: readonly Pick<BookPublisher, "name" | "fault">[];
  readonly start: () => void;
  /** Has jobs end while the last requests run; `closers` wait for them. */
  readonly beginStop: () => void;
  /** Call in order once all requests have ended. */
  readonly closers: readonly (() => unknown)[];
}

/** Wires the ledger on a migrated database. */
export async function openLedgerDatabase(options: LedgerDatabaseOptions): Promise<LedgerDatabase> {
  const { name, url, pool, streams, logger, registry, networks } = options;
  const reads = new OrderPool(pool);
  const orm = openOrm(url, () => import("../slices/entities.ts"));
  // Not at the first read, whose half a second would hold up postings.
  await orm.load();
  const fanOut =
    options.fanOutUrl === undefined
      ? undefined
      : new RedisFanOut({ url: options.fanOutUrl, reads, logger });
  const sequencer = new Sequencer(url, logger, fanOut);
  const writePool = createWritePool(url, logger);
  const projectorPool = createPool({ url, logger, max: PROJECTIONS.length });
  const projector = new Projector(projectorPool, PROJECTIONS, logger, options.projectionsMoved);
  const corrupt = new CorruptBooks(writePool, logger, registry);
  const figures = new CommandFigures(registry, () => projector.waitingBooks);
  watchPools(registry, { main: pool, write: writePool });
  const publishers = publishersOf(streams, { name, reads, logger, registry });
  const books: Books = new CommandBus({
    model: MODEL,
    ...postgresBooks(MODEL, writePool),
    logger,
    onVerdicts: figures.decided,
    onCommit: (book, position, events) => {
      figures.committed(events.length);
      sequencer.tail.committed(book, events);
      sequencer.bookMoved(book);
      projector.bookMoved(book);
      for (const publisher of publishers) publisher.bookMoved(book, position);
    },
    onCorrupt: (book) => void corrupt.name(book),
  });
  const writes = createPool({ url, logger, max: JOB_CONNECTIONS });
  const onJobCommitted = (book: BookId): void => {
    sequencer.bookMoved(book);
    projector.bookMoved(book);
  };
  const journals = journalKind({ books, reads, writes });
  const kinds = [
    journals,
    verificationKind({ url, reportCorrupt: corrupt.report }),
    statementImportKind({ url, onImported: onJobCommitted }),
    statementUndoKind({ url, onUndone: onJobCommitted }),
  ];
  const jobs = new Jobs({ pool: writes, logger, registry, kinds });
  const webhookPool = createPool({ url, logger, max: WEBHOOK_CONNECTIONS });
  const webhooks = new WebhookSender({
    pool: webhookPool,
    reads,
    messages: new MessageSender({ networks }),
    moved: sequencer.tail.moved,
    logger,
    registry,
  });
  const journalRounds = new JournalRounds(writes, reads, journals, logger);
  const holdExpiry = new HoldExpiry(books, reads, logger);
  let upgraded: Promise<void> = Promise.resolve();

  return {
    name,
    reads,
    orm,
    books,
    jobs,
    writes,
    feed: new Feed(reads, sequencer.tail, { contents: options.contents }),
    feedMoved: sequencer.tail.moved,
    reportCorrupt: corrupt.report,
    publishers,
    start: () => {
      sequencer.start();
      projector.start();
      holdExpiry.start();
      jobs.start();
      webhooks.start();
      journalRounds.start();
      for (const publisher of publishers) publisher.start();
      upgraded = recordEarlierImports(books, reads).catch((error: unknown) => {
        logger.warn({ err: error }, "imports of an earlier version wait for the next start");
      });
    },
    beginStop: () => void jobs.stop(),
    closers: [
      () => webhooks.stop(),
      ...publishers.map((publisher) => () => publisher.stop()),
      () => webhookPool.end(),
      () => journalRounds.stop(),
      () => jobs.stop(),
      () => writes.end(),
      () => holdExpiry.stop(),
      () => upgraded,
      () => books.drain(),
      () => writePool.end(),
      () => sequencer.stop(),
      () => fanOut?.close(),
      () => projector.stop(),
      () => projectorPool.end(),
      () => orm.close(),
    ],
  };
}

/** What publishes the books, one for each broker. */
function publishersOf(
  { redis, kafka }: StreamSettings,
  parts: {
    readonly name: string;
    readonly reads: OrderPool;
    readonly logger: Logger;
    readonly registry: Registry;
  },
): BookPublisher[] {
  const { name, registry, ...rest } = parts;
  const { logger } = parts;
  const sinks: EventSink[] = [
    ...(redis === undefined ? [] : [new RedisStreams({ ...redis, logger })]),
    ...(kafka === undefined
      ? []
      : [new KafkaEvents({ ...kafka, publisher: `allfunds-ledger-${name}`, logger })]),
  ];
  // Described without a broker, too: an alert reads them.
  const published = sinkFigures(registry);
  return sinks.map((sink) => new BookPublisher({ ...rest, sink, published }));
}
