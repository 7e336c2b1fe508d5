import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { BookId } from "../engine/book.ts";
import { createLedgerDatabase, openSmallFund, payIn } from "../ledger-database.fixture.ts";
import { openGraph, signedIn, type LedgerGraph } from "../ledger-graph.fixture.ts";
import { exportBook } from "./export-book.ts";
import type { Verification } from "../engine/verify.ts";
import { hashAt, type StoredEvent } from "../engine/stored-events.ts";
import { verifyBook } from "./verify-book.ts";

const { verifyFile } = (await import(new URL("../../verify-book.mjs", import.meta.url).href)) as {
  readonly verifyFile: (file: string) => Promise<Verification>;
};

let database: TestDatabase;
let graph: LedgerGraph;
let folder: string;
let book: BookId;

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  folder = await mkdtemp(join(tmpdir(), "book-"));
});
afterAll(async () => {
  await graph.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

// Seven events: the fund, two accounts, a limit, a proposal, its approval and what it posted.
beforeEach(async () => {
  const fund = await openSmallFund(graph.books, signedIn("ann"));
  const { fundId } = fund;
  book = { tenantId: fund.context.tenantId, bookId: fundId };
  await graph.run(
    signedIn("boss"),
    `mutation { setApprovalLimit(input: { fundId: "${fundId}", currency: "EUR", amount: "1.00" }) { amount } }`,
  );
  const [verdict] = await graph.books.executeEach(
    signedIn("ann"),
    fundId,
    [payIn(fund, "2.00")],
    false,
  );
  const id = verdict === undefined || verdict.accepted ? undefined : verdict.refusal.proposalId;
  await graph.run(signedIn("bob"), "mutation ($id: ID!) { approveProposal(id: $id) { id } }", {
    id,
  });
});

const short = (verification: Verification): string =>
  verification.sound ? "sound" : `${verification.fault.kind} ${verification.fault.position}`;

const lines = async (): Promise<string[]> => {
  const parts: string[] = [];
  await exportBook(database.pool, book, (text) => Promise.resolve(void parts.push(text)));
  return parts.join("").trimEnd().split("\n");
};

async function offline(text: readonly string[]): Promise<string> {
  const file = join(folder, `${book.bookId}.ndjson`);
  await writeFile(file, `${text.join("\n")}\n`);
  return short(await verifyFile(file));
}

test("a book with an approval is sound", async () => {
  expect(short(await verifyBook(database.pool, book))).toBe("sound");
  expect(await offline(await lines())).toBe("sound");
});

test.each([
  ["UPDATE event SET origin = 'other - - - -' WHERE book_id = $1 AND position = 3", "CHANGED 3"],
  ["UPDATE event SET origin = NULL WHERE book_id = $1 AND position = 3", "CHANGED 3"],
  ["UPDATE proposal SET status = 'WITHDRAWN' WHERE book_id = $1", "ROW 7"],
  ["DELETE FROM proposal WHERE book_id = $1", "ROW 7"],
  ["UPDATE approval_limit SET amount = 999900 WHERE book_id = $1", "ROW 7"],
  ["DELETE FROM approval_limit WHERE book_id = $1", "ROW 7"],
])("%s is found", async (sql, fault) => {
  await database.asSuperuser(sql.replace("$1", `'${book.bookId}'`));
  expect(short(await verifyBook(database.pool, book))).toBe(fault);
});

test("a chain that was made anew so that the maker approved is sound no more", async () => {
  const [header = "", ...events] = await lines();
  let previous = "0".repeat(64);
  const rewritten = events.map((line) => {
    const event = JSON.parse(line) as StoredEvent;
    const actor = event.type === "ProposalApproved" ? "ann" : event.actor;
    const changed = { ...event, actor };
    previous = hashAt(book, previous, event.position, changed);
    return JSON.stringify({ ...changed, hash: previous });
  });
  const end = JSON.stringify({
    ...(JSON.parse(header) as object),
    head: { position: 7, hash: previous },
  });
  expect(await offline([end, ...rewritten])).toBe("APPROVAL 6");
});

test("the database itself refuses a decision by the maker", async () => {
  await expect(
    database.asSuperuser(`UPDATE proposal SET decided_by = 'ann' WHERE book_id = '${book.bookId}'`),
  ).rejects.toMatchObject({ constraint: "proposal_needs_another_person" });
});
