import { DEMO_TENANT_ID, type RequestContext } from "@allfunds/platform/context";
import { createPool, migrate } from "@allfunds/platform/database";
import { Jobs } from "@allfunds/platform/jobs";
import { newId } from "@allfunds/platform/ids";
import { createLogger } from "@allfunds/platform/logging";
import {
  createTestDatabase,
  testContext,
  type DatabaseTemplate,
  type TestDatabase,
} from "@allfunds/platform/testing";
import { Pool } from "pg";
import { MODEL, type BookRequest, type Books } from "./slices/model.ts";
import type { CommitListener } from "./engine/book-queue.ts";
import { createWritePool } from "./engine/batched-sql.ts";
import type { BookId } from "./engine/book.ts";
import { CommandBus } from "./engine/command-bus.ts";
import { postgresBooks } from "./engine/postgres-book.ts";
import { FeedTail } from "./feed/feed-tail.ts";
import type { PostTransaction } from "./slices/transactions/transaction.ts";
import { MIGRATIONS } from "./migrations/index.ts";

/** For `vi.waitFor` and `expect.poll`: long enough for a machine under load. */
export const PATIENTLY = { timeout: 60_000, interval: 50 } as const;

export const quiet = createLogger("test", "silent");

/** The schema of the ledger and of its queue. */
export const LEDGER_TEMPLATE: DatabaseTemplate = {
  name: "ledger",
  prepare: async (url) => {
    await migrate({ url, migrations: MIGRATIONS, logger: quiet });
    const pool = createPool({ url, logger: quiet });
    await new Jobs({ pool, logger: quiet, kinds: [] }).install();
    await pool.end();
  },
};

/**
 * A migrated database of a test file's own, with an older schema when its steps are given. Its pool reads as the
 * demo tenant unless it sets another.
 */
export async function createLedgerDatabase(older?: typeof MIGRATIONS): Promise<TestDatabase> {
  const database = await createTestDatabase(older === undefined ? LEDGER_TEMPLATE : undefined);
  if (older !== undefined) await migrate({ url: database.url, migrations: older, logger: quiet });
  const options = `-c app.tenant=${DEMO_TENANT_ID}`;
  const pool = new Pool({ connectionString: database.url, max: 10, options, pipeline: true });
  // Tests kill connections on purpose; an idle one then reports its end here.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const writePools: Pool[] = [];
  const drop = async (): Promise<void> => {
    await Promise.all([pool, ...writePools].map((each) => each.end()));
    await database.drop();
  };
  const opened: TestDatabase = { ...database, pool, drop };
  poolsOf.set(opened, writePools);
  return opened;
}

/** Every instance has connections of its own, as in production; they end with the database. */
const poolsOf = new WeakMap<TestDatabase, Pool[]>();

/** One instance of the service's writing side. */
export function openBooks(
  database: TestDatabase,
  onCommit: CommitListener = () => undefined,
  tail: FeedTail = new FeedTail(),
): { readonly books: Books; readonly corrupt: BookId[] } {
  const pool = createWritePool(database.url, quiet);
  poolsOf.get(database)?.push(pool);
  const corrupt: BookId[] = [];
  const books: Books = new CommandBus({
    model: MODEL,
    ...postgresBooks(MODEL, pool),
    logger: quiet,
    onCommit: (book, position, events) => {
      tail.committed(book, events);
      onCommit(book, position, events);
    },
    onCorrupt: (book) => corrupt.push(book),
  });
  return { books, corrupt };
}

export interface SmallFund {
  readonly context: RequestContext;
  readonly fundId: string;
  readonly bank: string;
  readonly capital: string;
}

/** A fund with a bank account and a capital account, both in EUR. */
export async function openSmallFund(
  books: Books,
  context: RequestContext = testContext(),
): Promise<SmallFund> {
  const fundId = newId();
  const [bank, capital] = [newId(), newId()];
  const send = (command: BookRequest["command"]) =>
    books.execute(context, { bookId: fundId, command, key: undefined, content: null });
  await send({ kind: "OpenFund", fundId, name: "Small", currency: "EUR" });
  const account = { kind: "OpenAccount", fundId, currency: undefined } as const;
  await send({ ...account, accountId: bank, code: "BANK", name: "Bank", type: "ASSET" });
  await send({ ...account, accountId: capital, code: "CAP", name: "Capital", type: "EQUITY" });
  return { context, fundId, bank, capital };
}

/** An order to pay capital into the bank account, under a key when given. */
export function payIn(
  { fundId, bank, capital }: SmallFund,
  amount: string,
  { key, ...more }: Partial<PostTransaction> & { readonly key?: string } = {},
): BookRequest {
  const command: PostTransaction = {
    kind: "PostTransaction",
    fundId,
    transactionId: newId(),
    effectiveDate: "2026-06-30",
    description: "Paid in",
    reference: null,
    metadata: {},
    source: { kind: "API" },
    entries: [
      { accountId: bank, side: "DEBIT", amount },
      { accountId: capital, side: "CREDIT", amount },
    ],
    ...more,
  };
  return {
    bookId: fundId,
    command,
    key,
    content: amount,
    clientChoseId: more.transactionId !== undefined,
  };
}
