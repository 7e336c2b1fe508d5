import { readFile } from "node:fs/promises";
import { ConfigError, namingVariable } from "@allfunds/platform/config";
import { createPool, databaseReady, migrate, openDatabase } from "@allfunds/platform/database";
import { FIRST_DATABASE, readAddresses } from "@allfunds/platform/database-addresses";
import { defineSubgraph } from "@allfunds/platform/service";
import type { Config } from "./config.ts";
import { createContext } from "./context.ts";
import { WakeSignal } from "./feed/wake-signal.ts";
import { awaitPositionsIn } from "./graph/await-positions.ts";
import { SharedFacts } from "./graph/facts.ts";
import type { LedgerContext } from "./graph/ledger-context.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { createSchema } from "./schema.ts";
import { AllowedNetworks } from "./slices/webhooks/allowed-networks.ts";
import {
  openLedgerDatabase,
  type LedgerDatabase,
  type LedgerDatabaseOptions,
} from "./databases/ledger-database.ts";
import { LedgerDatabases } from "./databases/ledger-databases.ts";
import { portsOf, routedPorts } from "./databases/request-ports.ts";
import { RoutedReads } from "./databases/routed-reads.ts";
import { TenantDirectory } from "./databases/tenant-directory.ts";
import type { KafkaSettings } from "./sinks/kafka-events.ts";

// Bank statements travel inside a GraphQL document; a year of a busy account fits.
const BODY_LIMIT_BYTES = 20 * 1024 * 1024;

// Each request of a tenant that is being moved reads its place.
const DIRECTORY_CONNECTIONS = 3;

export const createService = defineSubgraph<Config, LedgerContext>({
  name: "ledger",
  databaseUrl: ({ DATABASE_URL_LEDGER }) => DATABASE_URL_LEDGER,
  migrations: MIGRATIONS,
  bodyLimit: BODY_LIMIT_BYTES,
  build: async ({ config, logger, pool, server }) => {
    const { DATABASE_URL_LEDGER: url } = config;
    const networks = new AllowedNetworks(config.WEBHOOK_ALLOWED_NETWORKS);
    const projectionsMoved = new WakeSignal();
    const streams = await streamsOf(config);
    const fanOutUrl = config.REDIS_URL;
    const shared = { streams, fanOutUrl, logger, networks, projectionsMoved };
    const first = { ...shared, name: FIRST_DATABASE, url, pool, registry: server.registry };
    const further = readAddresses(config.DATABASE_URLS_LEDGER ?? "") ?? [];
    const others: LedgerDatabaseOptions[] = [];
    for (const address of further) {
      await openDatabase("DATABASE_URLS_LEDGER", logger, () =>
        migrate({ url: address.url, migrations: MIGRATIONS, logger }),
      );
      const registry = server.registryOf({ database: address.name });
      others.push({
        ...shared,
        ...address,
        pool: createPool({ url: address.url, logger }),
        registry,
      });
    }
    const isOne = others.length === 0;
    const contents = isOne ? {} : { contents: new RoutedReads(() => databases) };
    const opened = await Promise.all(
      [first, ...others].map((options) => openLedgerDatabase({ ...options, ...contents })),
    );
    const directoryPool = createPool({ url, logger, max: DIRECTORY_CONNECTIONS });
    const directory = new TenantDirectory(directoryPool, logger);
    const databases: LedgerDatabases = new LedgerDatabases(directory, opened);
    const [only] = opened;
    const ports = isOne && only !== undefined ? portsOf(only) : routedPorts(databases);
    const { reads, orm, feed, queues, reportCorrupt } = ports;
    const stores = {
      pool: reads,
      orm,
      feed,
      facts: new SharedFacts(),
      jobQueues: queues,
      projectionsMoved,
      reportCorrupt,
    };
    const { books, jobs, transactions } = ports;
    if (opened.some(({ publishers }) => publishers.length > 0)) {
      server.readiness.inform("eventStreams", () => Promise.resolve(stateOf(opened)));
    }

    return {
      schema: createSchema({ books, jobs, uploads: transactions, networks }),
      createContext: (request) => createContext(stores, request),
      awaitPositions: awaitPositionsIn(reads),
      ready: Object.fromEntries(
        further.map((address) => [`database ${address.name}`, databaseReady(address.url, logger)]),
      ),
      start: () => {
        if (!isOne) directory.start();
        for (const { start } of opened) start();
      },
      beginStop: () => {
        for (const { beginStop } of opened) beginStop();
      },
      closers: [
        ...opened.flatMap(({ closers }) => closers),
        () => directory.stop(),
        () => directoryPool.end(),
        ...others.map((other) => () => other.pool.end()),
      ],
    };
  },
});

/** The brokers that events are published to. */
async function streamsOf(config: Config): Promise<LedgerDatabaseOptions["streams"]> {
  const { EVENT_STREAMS_REDIS_URL: url, EVENT_STREAMS_KAFKA_BROKERS: brokers } = config;
  return {
    redis: url === undefined ? undefined : { url, mostEvents: config.EVENT_STREAMS_MOST_EVENTS },
    kafka: brokers === undefined ? undefined : await kafkaOf(config, brokers),
  };
}

async function kafkaOf(config: Config, brokers: string): Promise<KafkaSettings> {
  const { EVENT_STREAMS_KAFKA_USER: user, EVENT_STREAMS_KAFKA_PASSWORD: password } = config;
  const { EVENT_STREAMS_KAFKA_MECHANISM: mechanism, EVENT_STREAMS_KAFKA_CA: file } = config;
  const isEncrypted = config.EVENT_STREAMS_KAFKA_TLS === "true";
  const problems = [
    (user === undefined) !== (password === undefined) &&
      "EVENT_STREAMS_KAFKA_USER: needs EVENT_STREAMS_KAFKA_PASSWORD, and the other way round",
    mechanism === "PLAIN" &&
      !isEncrypted &&
      "EVENT_STREAMS_KAFKA_MECHANISM: PLAIN needs EVENT_STREAMS_KAFKA_TLS=true",
    file !== undefined &&
      !isEncrypted &&
      "EVENT_STREAMS_KAFKA_CA: needs EVENT_STREAMS_KAFKA_TLS=true",
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new ConfigError("ledger", problems);
  const authorities =
    file === undefined
      ? undefined
      : await namingVariable("EVENT_STREAMS_KAFKA_CA", () => readFile(file, "utf8"));
  return {
    brokers,
    topic: config.EVENT_STREAMS_KAFKA_TOPIC,
    signIn:
      user === undefined || password === undefined ? undefined : { user, password, mechanism },
    tls: isEncrypted ? { authorities } : undefined,
  };
}

/** By broker whether events are published, or why not; postings do not wait for it. */
const stateOf = (databases: readonly LedgerDatabase[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    databases.flatMap(({ name: database, publishers }) =>
      publishers.map(({ name, fault }) => [
        databases.length === 1 ? name : `${name} of ${database}`,
        fault ?? "ok",
      ]),
    ),
  );
