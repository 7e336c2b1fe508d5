import type { RequestContext } from "@allfunds/platform/context";
import { ALL_GRANTED } from "@allfunds/platform/auth";
import type { TenantPools, TransactionPool } from "@allfunds/platform/database";
import type { JobPort, QueuePort } from "@allfunds/platform/jobs";
import type { Grants, GrantedOrm, GrantedReads, TenantOrm } from "@allfunds/platform/tenancy";
import type { BookId, PublishedEvent } from "../engine/book.ts";
import type { CommandPort, CommandRequest } from "../engine/command-bus.ts";
import type { Outcome, Verdict } from "../engine/decide.ts";
import type { FollowedFeed } from "../feed/feed.ts";
import type { BookCommand } from "../slices/model.ts";
import type { LedgerDatabase } from "./ledger-database.ts";
import type { LedgerDatabases } from "./ledger-databases.ts";
import { RoutedFeed } from "./routed-feed.ts";
import { RoutedReads } from "./routed-reads.ts";

/** What requests use of the databases. */
interface RequestPorts {
  readonly books: CommandPort<BookCommand>;
  readonly reads: GrantedReads;
  readonly orm: GrantedOrm;
  readonly feed: FollowedFeed;
  readonly jobs: JobPort;
  readonly queues: QueuePort;
  /** For what is written beside the books. */
  readonly transactions: TransactionPool;
  readonly reportCorrupt: (book: BookId, what: string) => void;
}

/** Those of the only database. */
export const portsOf = (database: LedgerDatabase): RequestPorts => ({
  ...database,
  queues: database.jobs.queues,
  transactions: database.writes,
});

/** Over several databases: each leads to the database of its tenant. */
export const routedPorts = (databases: LedgerDatabases): RequestPorts => ({
  books: new RoutedBooks(databases),
  reads: new RoutedReads(() => databases),
  orm: routedOrm(databases),
  feed: new RoutedFeed(databases),
  jobs: routedJobs(databases),
  queues: routedQueues(databases),
  transactions: routedTransactions(databases),
  reportCorrupt: databases.reportCorrupt,
});

/** The object mapper. */
function routedOrm(databases: LedgerDatabases): GrantedOrm {
  const seeing = (funds: Grants): TenantOrm => ({
    as: async (tenantId, read) =>
      (await databases.of(tenantId)).orm.seeing(funds).as(tenantId, read),
  });
  return {
    ...seeing(ALL_GRANTED),
    seeing,
    load: async () => undefined,
    close: async () => undefined,
  };
}

/** Commands. One that meets a closed fence led to nothing, and is sent again behind it. */
class RoutedBooks implements CommandPort<BookCommand> {
  readonly #databases: LedgerDatabases;

  constructor(databases: LedgerDatabases) {
    this.#databases = databases;
  }

  execute(
    context: RequestContext,
    request: CommandRequest<BookCommand>,
  ): Promise<readonly PublishedEvent[]> {
    return this.#databases.write(context.tenantId, ({ books }) => books.execute(context, request));
  }

  carryOut(context: RequestContext, request: CommandRequest<BookCommand>): Promise<Outcome> {
    return this.#databases.write(context.tenantId, ({ books }) => books.carryOut(context, request));
  }

  executeEach(
    context: RequestContext,
    bookId: string,
    requests: readonly CommandRequest<BookCommand>[],
    atomic: boolean,
    keepsProposals = false,
  ): Promise<readonly Verdict[]> {
    return this.#databases.write(context.tenantId, ({ books }) =>
      books.executeEach(context, bookId, requests, atomic, keepsProposals),
    );
  }

  executeTogether(
    context: RequestContext,
    requests: readonly CommandRequest<BookCommand>[],
  ): Promise<readonly Verdict[]> {
    return this.#databases.write(context.tenantId, ({ books }) =>
      books.executeTogether(context, requests),
    );
  }

  tryOut(context: RequestContext, request: CommandRequest<BookCommand>): Promise<Verdict> {
    return this.#databases.write(context.tenantId, ({ books }) => books.tryOut(context, request));
  }
}

/** Jobs. */
const routedJobs = (databases: LedgerDatabases): JobPort => ({
  request: (context, request) =>
    databases.write(context.tenantId, ({ jobs }) => jobs.request(context, request)),
  cancel: (tenantId, job) => databases.write(tenantId, ({ jobs }) => jobs.cancel(tenantId, job)),
});

/** The queues of jobs, for administrators. */
function routedQueues(databases: LedgerDatabases): QueuePort {
  const at = <T>({ tenantId }: RequestContext, work: (queues: QueuePort) => Promise<T>) =>
    databases.write(tenantId, ({ jobs }) => work(jobs.queues));
  return {
    read: (context) => at(context, (queues) => queues.read(context)),
    readFailed: (context, kind, page) =>
      at(context, (queues) => queues.readFailed(context, kind, page)),
    redrive: (context, id) => at(context, (queues) => queues.redrive(context, id)),
  };
}

/** Transactions beside the books. */
const routedTransactions = (databases: LedgerDatabases): TenantPools => ({
  onPoolOf: (tenantId, work) => databases.write(tenantId, ({ writes }) => work(writes)),
});
