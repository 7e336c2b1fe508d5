import { AppError } from "@allfunds/contract/errors";
import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BookCommand } from "../slices/model.ts";
import type { Books, BookRequest } from "../slices/model.ts";
import type { BookId } from "../engine/book.ts";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  type SmallFund,
} from "../ledger-database.fixture.ts";
import { signedIn } from "../ledger-graph.fixture.ts";
import type { PostTransaction } from "../slices/transactions/transaction.ts";
import { exportBook } from "./export-book.ts";
import { importBook } from "./import-book.ts";
import { verifyBook } from "./verify-book.ts";
import { statementRequests } from "./whole-statement.fixture.ts";

let source: TestDatabase;
let target: TestDatabase;
let fund: SmallFund;
let book: BookId;

beforeAll(async () => {
  [source, target] = await Promise.all([createLedgerDatabase(), createLedgerDatabase()]);
  const { books } = openBooks(source);
  fund = await openSmallFund(books);
  book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  for (let n = 1; n <= 12; n += 1) {
    const metadata = { "ä/ß\u2028": [1e21, -0.5, null, { b: "\\", a: true }] };
    await books.execute(fund.context, payIn(fund, `${n}.10`, { key: `key ${n}`, metadata }));
  }
  for (const command of otherCommands()) {
    await books.execute(signedIn("ann"), order(command));
  }
  await proposeAndDecide(books);
  for (const request of statementRequests(fund)) await books.execute(signedIn("ann"), request);
});

/** One proposal that waits, and one decided in each way. */
async function proposeAndDecide(books: Books): Promise<void> {
  const { fundId } = fund;
  await books.execute(
    fund.context,
    order({ kind: "SetApprovalLimit", fundId, currency: "EUR", amount: "100.00" }),
  );
  const propose = async (): Promise<{ proposed: PostTransaction; proposalId: string }> => {
    const posting = payIn(fund, "100.01", { key: newId() });
    const [verdict] = await books.executeEach(signedIn("ann"), fundId, [posting], false);
    if (verdict === undefined || verdict.accepted) throw new Error("it should wait");
    const proposalId = verdict.refusal.proposalId ?? "";
    return { proposed: posting.command as PostTransaction, proposalId };
  };
  const totals = [{ currency: "EUR", amountMinor: 10_001n, limitMinor: 10_000n }];
  const { proposed: command, proposalId } = await propose();
  const on = { fundId };
  const proposed = { command: { ...command }, totals };
  await books.execute(
    signedIn("bob"),
    order({ kind: "ApproveProposal", ...on, proposalId, proposed }),
  );
  await books.execute(
    signedIn("bob"),
    order({ kind: "RejectProposal", ...on, ...(await propose()), reason: "No" }),
  );
  await books.execute(
    signedIn("ann"),
    order({ kind: "WithdrawProposal", ...on, ...(await propose()) }),
  );
  await propose();
}

const order = (command: BookCommand): BookRequest => ({
  bookId: fund.fundId,
  command,
  key: undefined,
  content: null,
});

/** Other commands of a book, so that every kind of event takes the way through a file. */
function otherCommands(): BookCommand[] {
  const { fundId, bank: accountId, capital: contraAccountId } = fund;
  const [captured, voided, periodId] = [newId(), newId(), newId()];
  const text = { description: "Held", reference: null, metadata: {} };
  const hold = { kind: "PlaceHold", fundId, accountId, contraAccountId, expiresAt: null } as const;
  const transactionId = newId();
  return [
    { kind: "SetAccountFloor", fundId, accountId, minimumBalance: "-10.00" },
    { ...hold, ...text, holdId: captured, amount: "5.00" },
    { ...hold, ...text, holdId: voided, amount: "6.00" },
    {
      kind: "CaptureHold",
      fundId,
      accountId,
      ...text,
      holdId: captured,
      amount: "2.00",
      contraAccountId: undefined,
      releaseRest: false,
      transactionId,
      effectiveDate: "2026-06-30",
    },
    { kind: "VoidHold", fundId, accountId, holdId: voided, reason: "Not needed" },
    {
      kind: "ReverseTransaction",
      fundId,
      ...text,
      reverses: transactionId,
      transactionId: newId(),
      amount: undefined,
      entries: undefined,
      effectiveDate: "2026-06-30",
    },
    { kind: "ClosePeriod", fundId, periodId, from: undefined, to: "2026-03-31" },
    { kind: "ReopenPeriod", fundId, periodId, reason: "Something was left out" },
    { kind: "FreezeAccount", fundId, accountId: contraAccountId, reason: "Under review" },
    { kind: "UnfreezeAccount", fundId, accountId: contraAccountId, reason: "Reviewed" },
  ];
}
afterAll(async () => {
  await Promise.all([source.drop(), target.drop()]);
});

async function exported(database: TestDatabase): Promise<string[]> {
  const parts: string[] = [];
  await exportBook(database.pool, book, (text) => Promise.resolve(void parts.push(text)));
  return parts.join("").trimEnd().split("\n");
}

async function* linesOf(lines: readonly string[]): AsyncGenerator<string, void, void> {
  for (const line of lines) yield await Promise.resolve(line);
}

const rowsOf = async (database: TestDatabase, table: string): Promise<unknown[]> => {
  const { rows } = await database.pool.query<{ row: unknown }>(
    `SELECT to_jsonb(t) AS row FROM ${table} t WHERE tenant_id = $1 ORDER BY t::text`,
    [book.tenantId],
  );
  return rows;
};

const refusalOf = async (lines: readonly string[]): Promise<string> => {
  try {
    await importBook(target.pool, linesOf(lines));
    return "accepted";
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
};

const edited = (lines: readonly string[], line: number, edit: (text: string) => string): string[] =>
  lines.map((text, index) => (index === line ? edit(text) : text));

test("a file whose chain does not hold is refused and leaves nothing behind", async () => {
  const lines = await exported(source);
  const refused = [
    edited(lines, 4, (text) => text.replace('"1.10"', '"9.10"')),
    lines.filter((_, index) => index !== 6),
    lines.slice(0, -1),
    [...lines, lines.at(-1) ?? ""],
    [...lines.slice(0, 4), lines[5] ?? "", lines[4] ?? "", ...lines.slice(6)],
    edited(lines, 7, (text) => text.slice(0, -9)),
    edited(lines, 7, (text) => text.replace("{", '{"note":"unsigned",')),
    edited(lines, 19, (text) => text.replace('"web mfa', '"bot mfa')),
    edited(lines, 19, (text) => text.replace(/"origin":"[^"]*",/, "")),
    edited(lines, 7, (text) => text.replace("{", '{"origin":"web mfa pwd - -",')),
    edited(lines, 0, (text) => text.replace("allfunds-book", "other-book")),
    [],
  ];
  for (const file of refused) expect(await refusalOf(file)).toBe("BOOK_INVALID");
  expect(await rowsOf(target, "event")).toEqual([]);
  expect(await rowsOf(target, "fund")).toEqual([]);
});

test("an imported book has the positions, hashes, entries, balances, statements, matches and rules of the exported one", async () => {
  const lines = await exported(source);
  await importBook(target.pool, linesOf(lines));
  expect(await exported(target)).toEqual(lines);
  const { rows: tables } = await target.pool.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace`,
  );
  expect(tables.length).toBeGreaterThan(8);
  for (const table of [
    "statement_import",
    "statement_event",
    "reconciliation_item",
    "import_rules",
  ])
    expect([table, (await rowsOf(source, table)).length > 1]).toEqual([table, true]);
  for (const { name: table } of tables) {
    expect(await rowsOf(target, table)).toEqual(await rowsOf(source, table));
  }
  expect(await verifyBook(target.pool, book)).toEqual(await verifyBook(source.pool, book));
});

test("a book that is there already is not imported again", async () => {
  expect(await refusalOf(await exported(source))).toBe("ALREADY_EXISTS");
});

test("writing goes on in an imported book, and its idempotency keys still answer", async () => {
  const { books } = openBooks(target);
  const again = payIn(fund, "3.10", { key: "key 3" });
  const [first] = await books.execute(fund.context, again);
  expect(first?.position).toBe(6);
  const [next] = await books.execute(fund.context, payIn(fund, "5.00"));
  const end = (await exported(source)).length - 1;
  expect(next?.position).toBe(end + 1);
  expect(await verifyBook(target.pool, book)).toMatchObject({ sound: true, position: end + 1 });
});
