import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { CommitListener } from "../src/engine/book-queue.ts";
import { MODEL, type BookRequest, type Books } from "../src/slices/model.ts";
import { CommandBus } from "../src/engine/command-bus.ts";
import { postgresBooks } from "../src/engine/postgres-book.ts";
import { createWritePool } from "../src/engine/batched-sql.ts";
import { quiet, type BenchServer } from "./bench-server.ts";

export interface BenchFund {
  readonly fundId: string;
  readonly accounts: readonly string[];
}

/** The service's own writing side, in this process: the command bus and its pool. */
export function openBooks({ ledgerUrl }: BenchServer, onCommit: CommitListener = () => undefined) {
  const pool = createWritePool(ledgerUrl, quiet);
  const books: Books = new CommandBus({
    model: MODEL,
    ...postgresBooks(MODEL, pool),
    logger: quiet,
    onCommit,
    onCorrupt: ({ bookId }) => {
      throw new Error(`the book ${bookId} is corrupt`);
    },
  });
  return { books, close: () => pool.end() };
}

const OPENED_TOGETHER = 500;

export async function openBenchFund(
  books: Books,
  context: RequestContext,
  accountCount: number,
): Promise<BenchFund> {
  const fundId = newId();
  const order = (command: BookRequest["command"]): BookRequest => ({
    bookId: fundId,
    command,
    key: undefined,
    content: null,
  });
  await books.execute(context, order({ kind: "OpenFund", fundId, name: "Bench", currency: "EUR" }));
  const accounts = Array.from({ length: accountCount }, () => newId());
  for (let from = 0; from < accountCount; from += OPENED_TOGETHER) {
    const orders = accounts.slice(from, from + OPENED_TOGETHER).map((accountId, index) =>
      order({
        kind: "OpenAccount",
        fundId,
        accountId,
        code: `A${from + index}`,
        name: `Account ${from + index}`,
        type: "ASSET",
        currency: undefined,
      }),
    );
    await books.executeEach(context, fundId, orders, true);
  }
  return { fundId, accounts };
}

/** An order that moves one euro between two accounts. */
export function transfer(fundId: string, from: string, to: string, key?: string): BookRequest {
  return {
    bookId: fundId,
    key,
    content: key ?? null,
    command: {
      kind: "PostTransaction",
      fundId,
      transactionId: newId(),
      effectiveDate: "2026-06-30",
      description: "Transfer",
      reference: null,
      metadata: {},
      source: { kind: "API" },
      entries: [
        { accountId: to, side: "DEBIT", amount: "1.00" },
        { accountId: from, side: "CREDIT", amount: "1.00" },
      ],
    },
  };
}
