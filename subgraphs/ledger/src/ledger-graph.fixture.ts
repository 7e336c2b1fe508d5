import type { RequestContext } from "@allfunds/platform/context";
import { createPool } from "@allfunds/platform/database";
import { Jobs } from "@allfunds/platform/jobs";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { openOrm } from "@allfunds/platform/tenancy";
import { execute, parse, type ExecutionResult, type GraphQLSchema } from "graphql";
import { createContext } from "./context.ts";
import type { BookId } from "./engine/book.ts";
import type { Books } from "./slices/model.ts";
import { Feed } from "./feed/feed.ts";
import { FeedTail } from "./feed/feed-tail.ts";
import { WakeSignal } from "./feed/wake-signal.ts";
import { SharedFacts } from "./graph/facts.ts";
import type { SharedStores } from "./graph/ledger-context.ts";
import { openBooks, quiet } from "./ledger-database.fixture.ts";
import { createSchema } from "./schema.ts";
import { statementImportKind } from "./slices/bank-statements/statement-import-job.ts";
import { statementUndoKind } from "./slices/bank-statements/statement-undo-job.ts";
import { AllowedNetworks } from "./slices/webhooks/allowed-networks.ts";
import { journalKind } from "./slices/journal-templates/journal-job.ts";
import { verificationKind } from "./slices/verifications/verification.ts";
import { OrderPool } from "./tenancy/order-pool.ts";

/** The graph of one instance without a server before it, so that a test chooses the caller. */
export interface LedgerGraph {
  readonly schema: GraphQLSchema;
  readonly books: Books;
  /** They wait until a test starts them. */
  readonly jobs: Jobs;
  /** What the alarm was raised for. */
  readonly alarms: readonly string[];
  readonly reads: OrderPool;
  readonly stores: SharedStores;
  readonly run: (
    request: RequestContext,
    text: string,
    variables?: object,
  ) => Promise<ExecutionResult>;
  close(): Promise<void>;
}

/** `allowed` names the private networks that webhooks may be sent to. */
export async function openGraph(database: TestDatabase, allowed = ""): Promise<LedgerGraph> {
  const reads = new OrderPool(createPool({ url: database.url, logger: quiet, max: 4 }));
  const orm = openOrm(database.url, () => import("./slices/entities.ts"));
  const never = new WakeSignal();
  const alarms: string[] = [];
  const reportCorrupt = (_book: BookId, what: string): void => void alarms.push(what);
  const { books } = openBooks(database);
  const jobPool = createPool({ url: database.url, logger: quiet, max: 6 });
  const { url } = database;
  const kinds = [
    journalKind({ books, reads, writes: jobPool }),
    verificationKind({ url, reportCorrupt }),
    statementImportKind({ url, onImported: () => undefined }),
    statementUndoKind({ url, onUndone: () => undefined }),
  ];
  const jobs = new Jobs({ pool: jobPool, logger: quiet, kinds });
  const stores = {
    pool: reads,
    orm,
    feed: new Feed(reads, new FeedTail()),
    facts: new SharedFacts(),
    jobQueues: jobs.queues,
    projectionsMoved: never,
    reportCorrupt,
  };
  const networks = new AllowedNetworks(allowed);
  const schema = createSchema({ books, jobs, uploads: jobPool, networks });
  return {
    schema,
    books,
    jobs,
    alarms,
    reads,
    stores,
    run: async (request, text, variables = {}) =>
      execute({
        schema,
        document: parse(text),
        variableValues: { ...variables },
        contextValue: createContext(stores, request),
      }),
    close: async () => {
      await jobs.stop();
      await jobPool.end();
      await orm.close();
      await reads.end();
    },
  };
}

/** A user who signed in with two factors and may do everything, but for the given differences. */
export function signedIn(
  subject: string,
  {
    overrides,
    ...caller
  }: Partial<NonNullable<RequestContext["caller"]>> & {
    readonly overrides?: Partial<RequestContext>;
  } = {},
): RequestContext {
  const request = testContext({ actor: subject, ...overrides });
  return {
    ...request,
    caller: {
      kind: "user",
      tenantId: request.tenantId,
      subject,
      clientId: "web",
      roles: [],
      scopes: request.scopes,
      funds: "*",
      acr: "mfa",
      amr: ["pwd", "otp"],
      expiresAt: new Date("2100-01-01"),
      ...caller,
    },
  };
}

/** The code of the answer's first error, `ok` when there is none. */
export function codeOf({ errors }: ExecutionResult): string {
  const [error] = errors ?? [];
  if (error === undefined) return "ok";
  return (error.originalError as { code?: string } | undefined)?.code ?? error.message;
}

/** The data of an answer under a name; it must have some. */
export function dataOf<Data>({ data, errors }: ExecutionResult, name: string): Data {
  const found: unknown = data?.[name];
  if (found === undefined || found === null) throw errors?.[0] ?? new Error(`no ${name}`);
  return found as Data;
}

/** The proposal that an answer names in its first error, `none` when there is none. */
export const waitingIn = ({ errors }: ExecutionResult): string =>
  (errors?.[0]?.originalError as { proposalId?: string } | undefined)?.proposalId ?? "none";
