import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportBook } from "../../evidence/export-book.ts";
import { verify } from "../../evidence/offline-log.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import {
  createLedgerDatabase,
  openSmallFund,
  PATIENTLY,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let fund: SmallFund;
const NOW = new Date("2026-06-15T12:00:00.000Z");
const ann = signedIn("ann", { overrides: { now: NOW } });
const bob = signedIn("bob", { overrides: { now: NOW } });

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  fund = await openSmallFund(graph.books, ann);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

interface Template {
  readonly id: string;
  readonly version: number;
  readonly nextDate: string;
  readonly runs: { readonly nodes: { date: string; outcome: string; transaction: unknown }[] };
}

const set = (more: object, by = ann) =>
  graph.run(
    by,
    "mutation ($input: SetJournalTemplateInput!) { setJournalTemplate(input: $input) { id version nextDate } }",
    {
      input: {
        fundId: fund.fundId,
        name: "Rent",
        description: "Rent of the month",
        frequency: "MONTHLY",
        dayOfMonth: 31,
        firstDate: "2026-04-01",
        ...more,
      },
    },
  );

const fixed = (amount: string) => [
  { accountId: fund.capital, side: "DEBIT", amount },
  { accountId: fund.bank, side: "CREDIT", amount },
];

const runDue = async (now = NOW) =>
  dataOf<Record<string, number>>(
    await graph.run(
      { ...ann, now },
      "mutation ($id: ID!) { runJournals(fundId: $id) { posted waiting skipped refused } }",
      { id: fund.fundId },
    ),
    "runJournals",
  );

async function read(id: string): Promise<Template> {
  const answer = await graph.run(
    ann,
    `query ($id: ID!) { journalTemplate(id: $id) { id version nextDate
      runs(first: 10) { nodes { date outcome transaction { id } } } } }`,
    { id },
  );
  return dataOf<Template>(answer, "journalTemplate");
}

test("what is due is posted once, however many instances try it at a time", async () => {
  const { id } = dataOf<Template>(await set({ entries: fixed("7.00") }), "setJournalTemplate");
  const other = await openGraph(database);
  const rounds = await Promise.all([runDue(), runDue()]);
  await other.close();
  expect(rounds.every(({ refused }) => refused === 0)).toBe(true);
  expect(await runDue()).toEqual({ posted: 0, waiting: 0, skipped: 0, refused: 0 });
  const template = await read(id);
  expect(template.nextDate).toBe("2026-06-30");
  expect(template.runs.nodes.map(({ date, outcome }) => [date, outcome])).toEqual([
    ["2026-05-31", "POSTED"],
    ["2026-04-30", "POSTED"],
  ]);
  expect(await balance("2026-05-30")).toBe("-7.00");
  expect(await balance("2026-05-31")).toBe("-14.00");
});

async function balance(asOf: string): Promise<string> {
  const answer = await graph.run(
    ann,
    "query ($id: ID!, $asOf: Date) { account(id: $id) { balance(asOf: $asOf) { amount } } }",
    { id: fund.bank, asOf },
  );
  return dataOf<{ balance: { amount: string } }>(answer, "account").balance.amount;
}

test("an accrual of a template is reversed on the first day of the next month", async () => {
  const entries = [
    { accountId: fund.capital, side: "DEBIT", percent: "10", ofAccountId: fund.bank },
    { accountId: fund.bank, side: "CREDIT" },
  ];
  await set({ name: "Fee", entries, reversal: "NEXT_MONTH", firstDate: "2026-05-01" });
  expect(await runDue()).toMatchObject({ posted: 2 });
  // Ten percent of -14.00 go the other way.
  expect(await balance("2026-05-31")).toBe("-12.60");
  expect(await balance("2026-06-01")).toBe("-14.00");
});

test("a posting with a date of reversal is taken back on that day and not before", async () => {
  const posted = await graph.run(
    ann,
    "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }",
    {
      input: {
        fundId: fund.fundId,
        effectiveDate: "2026-06-14",
        description: "Accrued interest",
        entries: fixed("3.00"),
        reversesOn: "2026-06-20",
      },
    },
  );
  const { id } = dataOf<{ id: string }>(posted, "postTransaction");
  expect(await runDue()).toMatchObject({ posted: 0 });
  expect(await runDue(new Date("2026-06-20T00:00:00.000Z"))).toMatchObject({ posted: 1 });
  const reversed = await graph.run(
    ann,
    "query ($id: ID!) { transaction(id: $id) { reversedBy { effectiveDate description } } }",
    { id },
  );
  expect(dataOf(reversed, "transaction")).toEqual({
    reversedBy: [{ effectiveDate: "2026-06-20", description: "Reversal: Accrued interest" }],
  });
});

test("a day that is refused is listed with its reason, and is left out when a person decides so", async () => {
  const entries = [
    { accountId: fund.capital, side: "DEBIT", amount: "1.00" },
    { accountId: fund.bank, side: "CREDIT", amount: "1.00" },
  ];
  const close = "mutation ($input: ClosePeriodInput!) { closePeriod(input: $input) { id } }";
  await graph.run(ann, close, { input: { fundId: fund.fundId, to: "2026-03-31" } });
  const late = await set({ name: "Late", entries, firstDate: "2026-03-01" });
  const { id } = dataOf<Template>(late, "setJournalTemplate");
  expect(await runDue()).toMatchObject({ posted: 0, refused: 1 });
  const due = await graph.run(
    ann,
    "query ($id: ID!) { fund(id: $id) { dueJournals { date template { id } refusal { code } } } }",
    { id: fund.fundId },
  );
  expect(dataOf<{ dueJournals: unknown }>(due, "fund").dueJournals).toEqual([
    { date: "2026-03-31", template: { id }, refusal: { code: "POSTING_PERIOD_CLOSED" } },
  ]);
  const skip = `mutation ($id: ID!) {
    skipJournalRun(templateId: $id, date: "2026-03-31", reason: "Closed") { nextDate } }`;
  expect(codeOf(await graph.run(ann, skip, { id }))).toBe("ok");
  expect(await runDue()).toMatchObject({ posted: 2, refused: 0 });
});

test("a day above its maker's limit waits for another person than the maker", async () => {
  await graph.books.execute(ann, {
    bookId: fund.fundId,
    command: { kind: "SetApprovalLimit", fundId: fund.fundId, currency: "EUR", amount: "50.00" },
    key: undefined,
    content: null,
  });
  const large = await set({ name: "Large", entries: fixed("60.00"), firstDate: "2026-05-01" });
  const { id } = dataOf<Template>(large, "setJournalTemplate");
  expect(await runDue()).toMatchObject({ posted: 0, waiting: 1, refused: 0 });
  expect(await runDue()).toMatchObject({ waiting: 0 });
  const list = await graph.run(
    ann,
    "query ($id: ID!) { proposals(fundId: $id, status: WAITING) { nodes { id maker } } }",
    { id: fund.fundId },
  );
  const [proposal] = dataOf<{ nodes: { id: string; maker: string }[] }>(list, "proposals").nodes;
  expect(proposal?.maker).toBe("ann");
  const approve = "mutation ($id: ID!) { approveProposal(id: $id) { transaction { id } } }";
  const waiting = { id: proposal?.id };
  expect(codeOf(await graph.run(ann, approve, waiting))).toBe("FORBIDDEN");
  expect(codeOf(await graph.run(bob, approve, waiting))).toBe("ok");
  expect((await read(id)).runs.nodes).toMatchObject([{ date: "2026-05-31", outcome: "POSTED" }]);
});

test("the reversal of an accrual that a client approved waits for another person than its owner", async () => {
  const client = signedIn("robot", { kind: "client", owner: "bob", overrides: { now: NOW } });
  const propose = `mutation ($input: PostTransactionInput!) { proposeTransaction(input: $input) { id } }`;
  const input = {
    fundId: fund.fundId,
    effectiveDate: "2026-06-10",
    description: "Accrued",
    reversesOn: "2026-06-20",
    entries: fixed("60.00"),
  };
  const decide = (id: string, by: typeof ann) =>
    graph.run(by, "mutation ($id: ID!) { approveProposal(id: $id) { status } }", { id });
  const proposed = await graph.run(ann, propose, { input });
  const { id } = dataOf<{ id: string }>(proposed, "proposeTransaction");
  expect(codeOf(await decide(id, client))).toBe("ok");
  expect(await runDue(new Date("2026-06-20T12:00:00.000Z"))).toMatchObject({ waiting: 1 });
  const waiting = await graph.run(ann, "{ proposals(status: WAITING) { nodes { id kind } } }");
  const { nodes } = dataOf<{ nodes: { id: string; kind: string }[] }>(waiting, "proposals");
  const reversal = nodes.find(({ kind }) => kind === "REVERSAL")?.id ?? "";
  expect(codeOf(await decide(reversal, bob))).toBe("FORBIDDEN");
  expect(codeOf(await decide(reversal, client))).toBe("FORBIDDEN");
  expect(codeOf(await decide(reversal, ann))).toBe("ok");
});

test("the job posts what is due, and the book is sound in the database and offline", async () => {
  await set({ name: "Job", entries: fixed("2.00"), firstDate: "2026-06-01", dayOfMonth: 1 });
  graph.jobs.start();
  await graph.jobs.request(ann, { kind: "journals", bookId: null, payload: {} });
  await expect.poll(() => balance("2026-06-01"), PATIENTLY).toBe("-78.00");
  const book = { tenantId: ann.tenantId, bookId: fund.fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
  const parts: string[] = [];
  await exportBook(database.pool, book, (text) => Promise.resolve(void parts.push(text)));
  expect(verify(parts.join(""))).toBe("sound");
});
