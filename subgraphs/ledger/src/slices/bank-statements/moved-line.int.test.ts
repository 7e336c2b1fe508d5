import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { exportBook } from "../../evidence/export-book.ts";
import { verdictOn } from "../../evidence/offline-log.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import { undoImport } from "../../imports/undo-import.ts";
import {
  createLedgerDatabase,
  openSmallFund,
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

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const IMPORT =
  "mutation ($input: ImportStatementInput!) { importStatement(input: $input) { id posted } }";
const MOVE = `mutation ($input: MoveStatementLineInput!) { moveStatementLine(input: $input) {
  state lines(first: 10) { nodes { number otherAccount { code } } } } }`;
const ACCOUNTS = `query ($id: ID!) { fund(id: $id) { accounts(first: 50) { nodes { code balance { amount } } } } }`;
const EFFECT = `query ($id: ID!, $input: RulesEffectInput!) { account(id: $id) { importRulesEffect(input: $input) {
  compared isComplete redirected lines { line { number description } from { code } to { code } } } } }`;

const run = (text: string, input: object) => graph.run(fund.context, text, { input });

async function importRows(...rows: readonly string[]): Promise<string> {
  const content = ["Date,Text,Amount", ...rows].join("\n");
  const imported = await run(IMPORT, { accountId: fund.bank, content });
  return dataOf<{ id: string }>(imported, "importStatement").id;
}

async function openAccount(code: string, type: string, currency = "EUR"): Promise<string> {
  const text = "mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }";
  const opened = await run(text, { fundId: fund.fundId, code, name: code, type, currency });
  return dataOf<{ id: string }>(opened, "openAccount").id;
}

type Balances = Record<string, string>;
interface Accounts {
  accounts: { nodes: { code: string; balance: { amount: string } }[] };
}

async function balances(): Promise<Balances> {
  const found = await graph.run(fund.context, ACCOUNTS, { id: fund.fundId });
  const { accounts } = dataOf<Accounts>(found, "fund");
  return Object.fromEntries(accounts.nodes.map(({ code, balance }) => [code, balance.amount]));
}

const expectSound = async (): Promise<void> => {
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
  const parts: string[] = [];
  await exportBook(database.pool, book, (text) => Promise.resolve(void parts.push(text)));
  expect(verdictOn(parts.join(""))).toMatchObject({ sound: true });
};

it("a line is moved to another account, with a rule by which later lines go there, and undone with its statement", async () => {
  fund = await openSmallFund(graph.books);
  const [rent, fees] = [await openAccount("RENT", "EXPENSE"), await openAccount("FEES", "EXPENSE")];
  const statementId = await importRows(
    "2026-03-02,Rent of March,-500.00",
    "2026-03-03,Coffee,-3.00",
  );

  const rules = [{ contains: ["rent"], direction: "OUT", accountId: rent }];
  const effect = async (): Promise<unknown> => {
    const variables = { id: fund.bank, input: { rules } };
    const { importRulesEffect } = dataOf<{
      importRulesEffect: unknown;
    }>(await graph.run(fund.context, EFFECT, variables), "account");
    return importRulesEffect;
  };
  expect(await effect()).toEqual({
    compared: 2,
    isComplete: true,
    redirected: 1,
    lines: [
      {
        line: { number: 1, description: "Rent of March" },
        from: { code: "UNALLOCATED-PAYMENTS-EUR" },
        to: { code: "RENT" },
      },
    ],
  });

  const line = { statementId, line: 1 };
  expect(dataOf(await run(MOVE, { ...line, accountId: fees }), "moveStatementLine")).toEqual({
    state: "IMPORTED",
    lines: {
      nodes: [
        { number: 1, otherAccount: { code: "FEES" } },
        { number: 2, otherAccount: { code: "UNALLOCATED-PAYMENTS-EUR" } },
      ],
    },
  });
  const again = { ...line, accountId: rent, rule: { contains: ["RENT"] } };
  dataOf(await run(MOVE, again), "moveStatementLine");
  expect(await balances()).toMatchObject({
    RENT: "500.00",
    FEES: "0.00",
    "UNALLOCATED-PAYMENTS-EUR": "3.00",
  });
  expect(await effect()).toMatchObject({ redirected: 0 });
  expect(codeOf(await run(MOVE, again))).toBe("STATEMENT_INVALID");
  expect(codeOf(await run(MOVE, { ...line, line: 3, accountId: fees }))).toBe("STATEMENT_INVALID");
  expect(codeOf(await run(MOVE, { ...line, accountId: fund.bank }))).toBe("INVALID_INPUT");

  const april = await importRows("2026-04-02,Rent of April,-510.00");
  expect(await balances()).toMatchObject({ RENT: "1010.00" });
  await expectSound();

  const undo = "mutation ($input: UndoStatementInput!) { undoStatement(input: $input) { state } }";
  expect(dataOf(await run(undo, { statementId, reason: "Wrong" }), "undoStatement")).toEqual({
    state: "UNDONE",
  });
  expect(await balances()).toMatchObject({
    RENT: "510.00",
    FEES: "0.00",
    "UNALLOCATED-PAYMENTS-EUR": "0.00",
  });
  expect(codeOf(await run(MOVE, { ...line, accountId: fees }))).toBe("STATEMENT_INVALID");
  expect(
    dataOf(await run(MOVE, { statementId: april, line: 1, accountId: fees }), "moveStatementLine"),
  ).toMatchObject({ lines: { nodes: [{ otherAccount: { code: "FEES" } }] } });
  await expectSound();
});

const PARTS = "parts { account { code } amount { amount } }";
const SPLIT = `mutation ($input: SplitStatementLineInput!) { splitStatementLine(input: $input) {
  lines(first: 1) { nodes { otherAccount { code } ${PARTS} } } } }`;
const PREVIEW = `query ($input: ImportStatementInput!) { previewStatement(input: $input) {
  lines { description contraAccountId ${PARTS} } } }`;
const UNDO = "mutation ($input: UndoStatementInput!) { undoStatement(input: $input) { state } }";

it("a line is split over several accounts, moved on from all of them, and undone with its statement", async () => {
  fund = await openSmallFund(graph.books);
  const [rent, fees] = [await openAccount("RENT", "EXPENSE"), await openAccount("FEES", "EXPENSE")];
  const dollars = await openAccount("USD", "EXPENSE", "USD");
  const statementId = await importRows("2026-03-02,Rent and fees,-500.00");
  const of = (...parts: readonly (readonly [string, string])[]) => ({
    statementId,
    line: 1,
    parts: parts.map(([accountId, amount]) => ({ accountId, amount })),
  });

  const refused = [
    [of([rent, "450.00"], [fees, "49.99"]), "INVALID_INPUT"],
    [of([rent, "510.00"], [fees, "-10.00"]), "INVALID_INPUT"],
    [of([rent, "450.00"], [dollars, "50.00"]), "CURRENCY_MISMATCH"],
    [of([rent, "450.00"], [fund.bank, "50.00"]), "INVALID_INPUT"],
    [of(), "INVALID_INPUT"],
    [{ ...of([rent, "500.00"]), line: 2 }, "STATEMENT_INVALID"],
  ] as const;
  for (const [input, code] of refused) expect(codeOf(await run(SPLIT, input))).toBe(code);
  const untouched = { RENT: "0.00", FEES: "0.00", "UNALLOCATED-PAYMENTS-EUR": "500.00" };
  expect(await balances()).toMatchObject(untouched);

  const split = of([rent, "450.00"], [fees, "50.00"]);
  expect(dataOf(await run(SPLIT, split), "splitStatementLine")).toEqual({
    lines: {
      nodes: [
        {
          otherAccount: null,
          parts: [
            { account: { code: "RENT" }, amount: { amount: "450.00" } },
            { account: { code: "FEES" }, amount: { amount: "50.00" } },
          ],
        },
      ],
    },
  });
  const after = { RENT: "450.00", FEES: "50.00", "UNALLOCATED-PAYMENTS-EUR": "0.00" };
  expect(await balances()).toMatchObject(after);
  expect(codeOf(await run(SPLIT, of([fees, "50.00"], [rent, "450.00"])))).toBe("STATEMENT_INVALID");
  dataOf(await run(SPLIT, of([rent, "300.00"], [fees, "200.00"])), "splitStatementLine");
  expect(await balances()).toMatchObject({ RENT: "300.00", FEES: "200.00" });
  dataOf(await run(MOVE, { statementId, line: 1, accountId: fees }), "moveStatementLine");
  expect(await balances()).toMatchObject({ RENT: "0.00", FEES: "500.00" });
  dataOf(await run(SPLIT, split), "splitStatementLine");
  expect(await balances()).toMatchObject(after);
  await expectSound();

  dataOf(await run(UNDO, { statementId, reason: "Wrong" }), "undoStatement");
  const zero = { RENT: "0.00", FEES: "0.00", "UNALLOCATED-PAYMENTS-EUR": "0.00" };
  expect(await balances()).toMatchObject(zero);
  expect(codeOf(await run(SPLIT, split))).toBe("STATEMENT_INVALID");
  await expectSound();
});

it("a line that is split before its import is posted on its accounts at once", async () => {
  fund = await openSmallFund(graph.books);
  const [rent, fees] = [await openAccount("RENT", "EXPENSE"), await openAccount("FEES", "EXPENSE")];
  const content = "Date,Text,Amount\n2026-03-02,Rent and fees,-500.00\n2026-03-03,Pay,70.00";
  const parts = [
    { accountId: rent, amount: "450.00" },
    { accountId: fees, amount: "50.00" },
  ];
  const input = (...splits: readonly object[]) => ({ accountId: fund.bank, content, splits });
  const split = { line: 1, parts };

  const [first] = dataOf<{ lines: readonly object[] }>(
    await run(PREVIEW, input(split)),
    "previewStatement",
  ).lines;
  expect(first).toEqual({
    description: "Rent and fees",
    contraAccountId: null,
    parts: [
      { account: { code: "RENT" }, amount: { amount: "450.00" } },
      { account: { code: "FEES" }, amount: { amount: "50.00" } },
    ],
  });
  const wrong = [
    input({ line: 2, parts }),
    input({ line: 3, parts }),
    input(split, split),
    input({ line: 1, parts: parts.slice(1) }),
  ];
  for (const each of wrong) {
    expect(codeOf(await run(PREVIEW, each))).toBe("INVALID_INPUT");
    expect(codeOf(await run(IMPORT, each))).toBe("INVALID_INPUT");
  }

  const { id: statementId } = dataOf<{ id: string }>(
    await run(IMPORT, input(split)),
    "importStatement",
  );
  expect(await balances()).toMatchObject({
    RENT: "450.00",
    FEES: "50.00",
    "UNALLOCATED-RECEIPTS-EUR": "70.00",
  });
  expect(Object.keys(await balances())).not.toContain("UNALLOCATED-PAYMENTS-EUR");
  expect(codeOf(await run(IMPORT, input(split)))).toBe("INVALID_INPUT");
  dataOf(await run(MOVE, { statementId, line: 1, accountId: fees }), "moveStatementLine");
  expect(await balances()).toMatchObject({ RENT: "0.00", FEES: "500.00" });
  await expectSound();
  dataOf(await run(UNDO, { statementId, reason: "Wrong" }), "undoStatement");
  expect(await balances()).toMatchObject({ RENT: "0.00", FEES: "0.00" });
  await expectSound();
});

it("a split is refused onto a frozen account and in a closed period", async () => {
  fund = await openSmallFund(graph.books);
  const [rent, fees] = [await openAccount("RENT", "EXPENSE"), await openAccount("FEES", "EXPENSE")];
  const statementId = await importRows("2026-02-02,Rent and fees,-500.00");
  const parts = [
    { accountId: rent, amount: "450.00" },
    { accountId: fees, amount: "50.00" },
  ];
  const split = { statementId, line: 1, parts };
  const freeze = "mutation ($input: AccountStatusInput!) { freezeAccount(input: $input) { id } }";
  dataOf(await run(freeze, { accountId: fees, reason: "Check" }), "freezeAccount");
  expect(codeOf(await run(SPLIT, split))).toBe("ACCOUNT_FROZEN");
  const close = "mutation ($input: ClosePeriodInput!) { closePeriod(input: $input) { id } }";
  dataOf(await run(close, { fundId: fund.fundId, to: "2026-02-28" }), "closePeriod");
  const toRent = { ...split, parts: [{ accountId: rent, amount: "500.00" }] };
  expect(codeOf(await run(SPLIT, toRent))).toBe("POSTING_PERIOD_CLOSED");
  expect(await balances()).toMatchObject({ RENT: "0.00", "UNALLOCATED-PAYMENTS-EUR": "500.00" });
});

const PROPOSALS = "{ proposals(status: WAITING, first: 5) { nodes { id kind status } } }";
const APPROVE = "mutation ($id: ID!) { approveProposal(id: $id) { status } }";
const REJECT = `mutation ($id: ID!) { rejectProposal(id: $id, reason: "Not so") { status } }`;

interface Proposed {
  readonly nodes: readonly { readonly id: string; readonly kind: string }[];
}

it("a move above an approval limit waits, and moves the line when another person approves", async () => {
  const tenantId = newId();
  const as = (name: string) => signedIn(name, { overrides: { tenantId } });
  fund = { ...(await openSmallFund(graph.books, as("maker"))), context: as("maker") };
  const [rent, fees] = [await openAccount("RENT", "EXPENSE"), await openAccount("FEES", "EXPENSE")];
  const statementId = await importRows("2026-03-02,Rent of March,-500.00");
  const set =
    "mutation ($input: SetApprovalLimitInput!) { setApprovalLimit(input: $input) { per } }";
  const limit = { fundId: fund.fundId, currency: "EUR", amount: "100.00" };
  dataOf(await graph.run(as("boss"), set, { input: limit }), "setApprovalLimit");
  const move = { statementId, line: 1, accountId: rent, rule: { contains: ["rent"] } };
  const waiting = async (): Promise<string> => {
    const found = await graph.run(as("boss"), PROPOSALS);
    const [newest] = dataOf<Proposed>(found, "proposals").nodes;
    expect(newest).toMatchObject({ kind: "STATEMENT_LINE", status: "WAITING" });
    return newest?.id ?? "";
  };

  expect(codeOf(await run(MOVE, move))).toBe("APPROVAL_REQUIRED");
  expect(await balances()).toMatchObject({ RENT: "0.00" });
  const first = await waiting();
  expect(codeOf(await run(MOVE, { ...move, accountId: fees }))).toBe("APPROVAL_REQUIRED");
  const undo = "mutation ($input: UndoStatementInput!) { undoStatement(input: $input) { state } }";
  expect(codeOf(await run(undo, { statementId, reason: "Wrong" }))).toBe("APPROVAL_REQUIRED");
  expect(codeOf(await graph.run(as("maker"), APPROVE, { id: first }))).toBe("FORBIDDEN");
  dataOf(await graph.run(as("boss"), REJECT, { id: first }), "rejectProposal");
  expect(await balances()).toMatchObject({ RENT: "0.00" });

  expect(codeOf(await run(MOVE, { statementId, line: 1, accountId: rent }))).toBe(
    "APPROVAL_REQUIRED",
  );
  dataOf(await graph.run(as("boss"), APPROVE, { id: await waiting() }), "approveProposal");
  expect(await balances()).toMatchObject({ RENT: "500.00", "UNALLOCATED-PAYMENTS-EUR": "0.00" });
  await expectSound();
  expect(codeOf(await run(MOVE, { statementId, line: 1, accountId: fees }))).toBe(
    "APPROVAL_REQUIRED",
  );
  dataOf(await graph.run(as("boss"), APPROVE, { id: await waiting() }), "approveProposal");
  expect(await balances()).toMatchObject({ RENT: "0.00", FEES: "500.00" });
  await expectSound();

  const parts = [
    { accountId: rent, amount: "200.00" },
    { accountId: fees, amount: "300.00" },
  ];
  expect(codeOf(await run(SPLIT, { statementId, line: 1, parts }))).toBe("APPROVAL_REQUIRED");
  expect(await balances()).toMatchObject({ RENT: "0.00", FEES: "500.00" });
  await expectSound();
  dataOf(await graph.run(as("boss"), APPROVE, { id: await waiting() }), "approveProposal");
  expect(await balances()).toMatchObject({ RENT: "200.00", FEES: "300.00" });
  await expectSound();
});

it("of two who move a line at once, one does", async () => {
  fund = await openSmallFund(graph.books);
  const ids = [await openAccount("RENT", "EXPENSE"), await openAccount("FEES", "EXPENSE")];
  const statementId = await importRows("2026-03-02,Rent of March,-500.00");
  const answers = await Promise.all(
    ids.map((accountId) => run(MOVE, { statementId, line: 1, accountId })),
  );
  const codes = answers.map((answer) => (answer.errors === undefined ? "moved" : codeOf(answer)));
  expect(codes.filter((code) => code === "moved").length).toBeGreaterThan(0);
  const { RENT = "", FEES = "", ...others } = await balances();
  expect([RENT, FEES].sort()).toEqual(["0.00", "500.00"]);
  expect(others["UNALLOCATED-PAYMENTS-EUR"]).toBe("0.00");
  await expectSound();
});

it("an undo in parts that is refused far into it leaves all as it was", async () => {
  fund = await openSmallFund(graph.books);
  const rows = Array.from({ length: 1_200 }, (_, at) => `2026-03-${10 + (at % 9)},Line ${at},1.50`);
  const importId = await importRows("2026-02-02,First,1.00", ...rows);
  const close = "mutation ($input: ClosePeriodInput!) { closePeriod(input: $input) { id } }";
  dataOf(await run(close, { fundId: fund.fundId, to: "2026-02-28" }), "closePeriod");
  const seen: number[] = [];
  const { tenantId, actor, traceId, now } = fund.context;
  const task = {
    url: database.url,
    tenantId,
    actor,
    traceId,
    now,
    importId,
    fundId: fund.fundId,
    reason: "Wrong",
    owner: undefined,
    origin: undefined,
  };
  const undo = () =>
    undoImport(task, new AbortController().signal, (message) => {
      if (message.kind === "progress") seen.push(message.done);
    });
  const before = await balances();
  await expect(undo()).rejects.toMatchObject({ code: "POSTING_PERIOD_CLOSED" });
  expect(Math.max(...seen)).toBeGreaterThan(900);
  expect(await balances()).toEqual(before);
  await expectSound();
});
