import { newId } from "@allfunds/platform/ids";
import type { RequestContext } from "@allfunds/platform/context";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tenantBookOf } from "./engine/log-sql.ts";
import { exportBook } from "./evidence/export-book.ts";
import { verify } from "./evidence/offline-log.fixture.ts";
import { verifyBook } from "./evidence/verify-book.ts";
import { createLedgerDatabase, openSmallFund, type SmallFund } from "./ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  waitingIn,
  type LedgerGraph,
} from "./ledger-graph.fixture.ts";

// Ways in which one person could post more than one person may. Each ends as a proposal or a refusal that the audit
// log has, and none of them moves money.

let database: TestDatabase;
let graph: LedgerGraph;
beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const NOW = new Date("2026-06-15T12:00:00.000Z");

/** A tenant of its own, with a fund, where one person may debit 1,000.00 euros in a day. */
async function openTenant(limits: readonly object[] = [{ per: "DAY" }]) {
  const tenantId = newId();
  const as = (name: string, owner?: string, now = NOW): RequestContext =>
    signedIn(name, {
      overrides: { tenantId, now },
      ...(owner === undefined ? {} : { kind: "client", clientId: name, owner }),
    });
  const maker = as("maker");
  const fund = await openSmallFund(graph.books, maker);
  for (const limit of limits) {
    const input = { currency: "EUR", amount: "1000.00", ...limit };
    await mutate(as("boss"), "setApprovalLimit", "SetApprovalLimitInput", input, "amount");
  }
  return { tenantId, as, maker, fund };
}

const run = (
  by: RequestContext,
  name: string,
  input: string,
  value: object,
  answer = "id",
): ReturnType<LedgerGraph["run"]> =>
  graph.run(by, `mutation ($input: ${input}!) { ${name}(input: $input) { ${answer} } }`, {
    input: value,
  });

async function mutate(...[by, name, ...rest]: Parameters<typeof run>): Promise<{ id: string }> {
  return dataOf<{ id: string }>(await run(by, name, ...rest), name);
}

const BULK_ANSWER = "results { error { code } }";

/** What became of each item of a bulk. */
const bulkCodes = (answer: Awaited<ReturnType<typeof run>>, name: string): string[] =>
  dataOf<{ results: { error: { code: string } | null }[] }>(answer, name).results.map(
    ({ error }) => error?.code ?? "ok",
  );

const pair = (from: string, to: string, amount: string, more: object = {}) => [
  { accountId: from, side: "DEBIT", amount, ...more },
  { accountId: to, side: "CREDIT", amount, ...more },
];

const postingOf = ({ fundId, bank, capital }: SmallFund, amount: string, more: object = {}) => ({
  fundId,
  effectiveDate: "2026-06-10",
  description: "Paid in",
  entries: pair(bank, capital, amount),
  ...more,
});

const post = (by: RequestContext, fund: SmallFund, amount: string, more: object = {}) =>
  run(by, "postTransaction", "PostTransactionInput", postingOf(fund, amount, more));

const decide = (name: string, id: string, by: RequestContext) =>
  graph.run(by, `mutation ($id: ID!) { ${name}(id: $id) { status } }`, { id });

const balance = async (by: RequestContext, id: string): Promise<string> => {
  const read = "query ($id: ID!) { account(id: $id) { balance { amount } } }";
  const answer = await graph.run(by, read, { id });
  return dataOf<{ balance: { amount: string } }>(answer, "account").balance.amount;
};

/** Who did what of some type, as the audit log of a fund has it. */
async function audited(by: RequestContext, fundId: string, wanted: string): Promise<string[]> {
  const read =
    "query ($id: ID!) { ledgerTrail(fundId: $id, first: 100) { nodes { type by { actor } } } }";
  const { nodes } = dataOf<{ nodes: { type: string; by: { actor: string } }[] }>(
    await graph.run(by, read, { id: fundId }),
    "ledgerTrail",
  );
  return nodes.filter(({ type }) => type === wanted).map(({ by: { actor } }) => actor);
}

/** The log proves the limits, to the database and to the program that has nothing but the files. */
async function expectSound(tenantId: string, fundId: string): Promise<void> {
  const book = { tenantId, bookId: fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
  const files: string[] = [];
  for (const bookId of [fundId, tenantBookOf(tenantId)]) {
    const parts: string[] = [];
    await exportBook(database.pool, { tenantId, bookId }, (text) =>
      Promise.resolve(void parts.push(text)),
    );
    files.push(parts.join(""));
  }
  const [own = "", ofTenant = ""] = files;
  expect(verify(own, ofTenant)).toBe("sound");
}

test("value dates far behind and ahead and names of one person are one day, and each fund has its own", async () => {
  const { tenantId, as, maker, fund } = await openTenant();
  expect(codeOf(await post(maker, fund, "600.00"))).toBe("ok");
  const far = { confirmFarValueDate: true };
  for (const effectiveDate of ["2019-01-31", "2026-06-14", "2033-12-31"]) {
    const answer = await post(maker, fund, "400.01", { effectiveDate, ...far });
    expect(codeOf(answer)).toBe("APPROVAL_REQUIRED");
  }
  expect(codeOf(await post(as("robot", "maker"), fund, "400.01"))).toBe("APPROVAL_REQUIRED");
  // The tenant's limit is one of each fund: another fund begins at zero, and ends at the same.
  const second = await openSmallFund(graph.books, maker);
  expect(codeOf(await post(maker, second, "1000.00"))).toBe("ok");
  expect(codeOf(await post(maker, second, "0.01"))).toBe("APPROVAL_REQUIRED");
  expect(await balance(maker, fund.bank)).toBe("600.00");
  expect(await audited(maker, fund.fundId, "TransactionProposed")).toHaveLength(4);
  for (const { fundId } of [fund, second]) await expectSound(tenantId, fundId);
});

test("what is reversed and posted again counts each time, one by one and in bulk", async () => {
  const { tenantId, as, maker, fund } = await openTenant();
  const ids: string[] = [];
  for (const amount of ["300.00", "300.00"]) {
    const { id } = dataOf<{ id: string }>(await post(maker, fund, amount), "postTransaction");
    ids.push(id);
  }
  const [first = "", second = ""] = ids;
  const reverse = (transactionId: string, by = maker) =>
    run(by, "reverseTransaction", "ReverseTransactionInput", { transactionId });
  expect(codeOf(await reverse(first))).toBe("ok");
  // 900.00 of the day are used up, though the fund holds 300.00.
  expect(codeOf(await post(maker, fund, "300.00"))).toBe("APPROVAL_REQUIRED");
  const bulk = { transactionIds: [second], description: "Wrong" };
  const several = await run(
    maker,
    "reverseTransactions",
    "ReverseTransactionsInput",
    bulk,
    BULK_ANSWER,
  );
  expect(bulkCodes(several, "reverseTransactions")).toEqual(["APPROVAL_REQUIRED"]);
  const waiting = await reverse(second);
  expect(codeOf(waiting)).toBe("APPROVAL_REQUIRED");
  const approve = (by: RequestContext) => decide("approveProposal", waitingIn(waiting), by);
  for (const by of [maker, as("robot", "maker")]) {
    expect(codeOf(await approve(by))).toBe("FORBIDDEN");
  }
  expect(await balance(maker, fund.bank)).toBe("300.00");
  expect(codeOf(await approve(as("checker")))).toBe("ok");
  expect(await audited(maker, fund.fundId, "ApprovalRefused")).toEqual(["robot", "maker"]);
  await expectSound(tenantId, fund.fundId);
});

test("journals of past days, a template of another and a bulk add up to the day of who answers for them", async () => {
  const { tenantId, as, maker, fund } = await openTenant();
  const { fundId, bank, capital } = fund;
  const template = {
    fundId,
    name: "Monthly",
    description: "Of the month",
    frequency: "MONTHLY",
    dayOfMonth: 1,
    firstDate: "2026-04-01",
    entries: pair(bank, capital, "400.00"),
  };
  await mutate(maker, "setJournalTemplate", "SetJournalTemplateInput", template);
  // Three days are due. Who has them posted makes no difference.
  const due = await graph.run(
    as("clerk"),
    "mutation ($id: ID!) { runJournals(fundId: $id) { posted waiting } }",
    { id: fundId },
  );
  expect(dataOf(due, "runJournals")).toEqual({ posted: 2, waiting: 1 });
  const items = ["150.00", "150.00"].map((amount) => postingOf(fund, amount));
  const bulk = (mode: string, by = maker) =>
    run(
      by,
      "postTransactions",
      "PostTransactionsInput",
      { mode, transactions: items },
      BULK_ANSWER,
    );
  const posted = async (mode: string, by = maker) =>
    bulkCodes(await bulk(mode, by), "postTransactions");
  expect(await posted("ATOMIC")).toContain("APPROVAL_REQUIRED");
  expect(await balance(maker, bank)).toBe("800.00");
  expect(await posted("INDEPENDENT")).toEqual(["ok", "APPROVAL_REQUIRED"]);
  // The clerk, who only had the journals posted, has the whole day left.
  expect(await posted("ATOMIC", as("clerk"))).toEqual(["ok", "ok"]);
  await expectSound(tenantId, fundId);
});

test("approvals of one proposal at once, by two people and one of them twice, are two", async () => {
  const { tenantId, as, maker, fund } = await openTenant([{}, { approvers: 2 }]);
  const id = waitingIn(await post(maker, fund, "5000.00"));
  const approve = (by: RequestContext) => decide("approveProposal", id, by);
  const [ann, hers] = [as("ann"), as("robot", "ann")];
  const codes = (await Promise.all([ann, hers, ann].map(approve))).map(codeOf);
  expect(codes.sort()).toEqual(["FORBIDDEN", "FORBIDDEN", "ok"]);
  expect(await balance(maker, fund.bank)).toBe("0.00");
  expect(codeOf(await approve(as("bob")))).toBe("ok");
  expect(await balance(maker, fund.bank)).toBe("5000.00");
  await expectSound(tenantId, fund.fundId);
});

test("a period that waits to be reopened takes nothing, and is reopened as it was closed or not at all", async () => {
  const { tenantId, as, maker, fund } = await openTenant([{}, { per: "CHANGE", amount: "0" }]);
  const { fundId } = fund;
  const close = (to: string) =>
    mutate(maker, "closePeriod", "ClosePeriodInput", { fundId, to }, "id");
  const { id: periodId } = await close("2026-05-31");
  const reopening = waitingIn(
    await run(maker, "reopenPeriod", "ReopenPeriodInput", { fundId, periodId, reason: "Late" }),
  );
  const late = { effectiveDate: "2026-05-20" };
  expect(codeOf(await post(maker, fund, "10.00", late))).toBe("POSTING_PERIOD_CLOSED");
  const waiting = waitingIn(await post(maker, fund, "2000.00"));
  expect(codeOf(await decide("approveChange", reopening, maker))).toBe("FORBIDDEN");
  // What was proposed as a posting is not approved as a change, nor the other way round.
  expect(codeOf(await decide("approveChange", waiting, as("bob")))).not.toBe("ok");
  expect(codeOf(await decide("approveProposal", reopening, as("bob")))).not.toBe("ok");
  expect(codeOf(await decide("approveChange", reopening, as("bob")))).toBe("ok");
  // Opened, its days take what one person may post, and no more.
  expect(codeOf(await post(maker, fund, "1000.01", late))).toBe("APPROVAL_REQUIRED");
  expect(codeOf(await post(maker, fund, "10.00", late))).toBe("ok");
  expect(await audited(maker, fundId, "ApprovalRefused")).toEqual(["maker"]);
  await expectSound(tenantId, fundId);
});

test("money in a currency without a limit waits where the fund's own has one, and assets do not", async () => {
  const { tenantId, as, maker, fund } = await openTenant([{}, { per: "CHANGE", amount: "50.00" }]);
  const { fundId } = fund;
  const open = async (code: string, currency: string, minimumBalance?: string) => {
    const account = { fundId, code, name: code, type: "ASSET", currency, minimumBalance };
    return (await mutate(maker, "openAccount", "OpenAccountInput", account)).id;
  };
  const [dollars, other] = [await open("1000-USD", "USD", "-50.00"), await open("1001-USD", "USD")];
  const [units, more] = [await open("7000", "UNITS/0"), await open("7001", "UNITS/0")];
  const move = (from: string, to: string, amount: string, by = maker) =>
    post(by, fund, "0", { entries: pair(from, to, amount) });
  const waiting = await move(other, dollars, "0.01");
  expect(codeOf(waiting)).toBe("APPROVAL_REQUIRED");
  expect(codeOf(await move(units, more, "1000000"))).toBe("ok");
  expect(codeOf(await decide("approveProposal", waitingIn(waiting), maker))).toBe("FORBIDDEN");
  expect(codeOf(await decide("approveProposal", waitingIn(waiting), as("checker")))).toBe("ok");
  // The same of a control of an account in that currency.
  const lower = { accountId: dollars, minimumBalance: "-52.00" };
  const lowered = () =>
    run(maker, "setMinimumBalance", "SetMinimumBalanceInput", lower, "__typename");
  expect(codeOf(await lowered())).toBe("APPROVAL_REQUIRED");
  // With a limit of its own, of whatever kind, the currency is judged by that: the first one of each needs another.
  const boss = as("boss");
  for (const per of ["DAY", "CHANGE"]) {
    const limit = { fundId, currency: "USD", amount: "5.00", per };
    const set = await run(boss, "setApprovalLimit", "SetApprovalLimitInput", limit, "amount");
    expect(codeOf(set)).toBe("APPROVAL_REQUIRED");
    expect(codeOf(await decide("approveChange", waitingIn(set), boss))).toBe("FORBIDDEN");
    expect(codeOf(await decide("approveChange", waitingIn(set), as("checker")))).toBe("ok");
  }
  expect(codeOf(await move(other, dollars, "5.00"))).toBe("ok");
  expect(codeOf(await move(other, dollars, "0.01"))).toBe("APPROVAL_REQUIRED");
  expect(codeOf(await lowered())).toBe("ok");
  const list =
    "query ($id: ID!) { approvalLimits(fundId: $id, first: 20) { nodes { currency per } } }";
  const { nodes } = dataOf<{ nodes: unknown[] }>(
    await graph.run(maker, list, { id: fundId }),
    "approvalLimits",
  );
  expect(nodes).toHaveLength(4);
  await expectSound(tenantId, fundId);
});

test("an invented statement with lines each below the limit waits as a whole, and counts for who imports it", async () => {
  const { tenantId, as, maker, fund } = await openTenant([
    {},
    { per: "DAY" },
    { per: "IMPORT_DAY", amount: "1500.00" },
  ]);
  const { fundId, bank } = fund;
  const imported = (by: RequestContext, ...rows: readonly string[]) =>
    run(
      by,
      "importStatement",
      "ImportStatementInput",
      { accountId: bank, content: ["Date,Text,Amount", ...rows].join("\n") },
      "id posted proposed duplicates",
    );
  const counts = async (...of: Parameters<typeof imported>) =>
    Object.values(dataOf<object>(await imported(...of), "importStatement")).slice(1);
  const rows = ["One", "Two", "Three"].map((text, at) => `2026-06-0${at + 1},${text},600.00`);
  const { id: statementId, ...whole } = dataOf<{ id: string }>(
    await imported(maker, ...rows),
    "importStatement",
  );
  expect(whole).toEqual({ posted: 0, proposed: 3, duplicates: 0 });
  expect(await counts(maker, ...rows)).toEqual([0, 0, 3]);
  expect(await balance(maker, bank)).toBe("0.00");
  // Each direction by itself, and a client counts as the person.
  expect(await counts(maker, "2026-06-04,In,900.00", "2026-06-04,Out,-900.00")).toEqual([2, 0, 0]);
  expect(await counts(as("robot", "maker"), "2026-06-05,More,600.01")).toEqual([0, 1, 0]);
  expect(await counts(maker, "2026-06-06,Rest,600.00")).toEqual([1, 0, 0]);
  expect(await counts(maker, "2026-06-07,Above,0.01")).toEqual([0, 1, 0]);
  // Another person, and another day, begin anew. Postings count apart.
  expect(await counts(as("clerk"), "2026-06-08,Clerk,900.00")).toEqual([1, 0, 0]);
  const tomorrow = as("maker", undefined, new Date("2026-06-16T00:00:00.000Z"));
  expect(codeOf(await post(maker, fund, "1000.00"))).toBe("ok");
  expect(await counts(tomorrow, "2026-06-09,Next,900.00")).toEqual([1, 0, 0]);
  const read = `query ($id: ID!) { proposals(fundId: $id, status: WAITING, first: 9) {
    nodes { id totals { importLimit { amount } dayLimit { amount } } } } }`;
  const { nodes } = dataOf<{ nodes: { id: string; totals: object[] }[] }>(
    await graph.run(maker, read, { id: fundId }),
    "proposals",
  );
  expect(nodes.map(({ totals }) => totals)).toEqual(
    Array.from({ length: 5 }, () => [{ importLimit: { amount: "1500.00" }, dayLimit: null }]),
  );
  // Another person approves the file as a whole; its maker does not, by whatever name.
  const approved = (by: RequestContext) =>
    graph.run(
      by,
      "mutation ($id: ID!) { approveStatement(statementId: $id) { posted waiting refusals { code } } }",
      { id: statementId },
    );
  const refusals = Array.from({ length: 3 }, () => ({ code: "FORBIDDEN" }));
  for (const by of [maker, as("robot", "maker")]) {
    const answer = dataOf(await approved(by), "approveStatement");
    expect(answer).toEqual({ posted: 0, waiting: 3, refusals });
  }
  const [before, none] = [await balance(maker, bank), { waiting: 0, refusals: [] }];
  const answers = [await approved(as("checker")), await approved(as("checker"))];
  expect(answers.map((answer) => dataOf(answer, "approveStatement"))).toEqual([
    { posted: 3, ...none },
    { posted: 0, ...none },
  ]);
  expect([before, await balance(maker, bank)]).toEqual(["3400.00", "5200.00"]);
  expect(await audited(maker, fundId, "ApprovalRefused")).toHaveLength(6);
  await expectSound(tenantId, fundId);
});

test("an import above the day of who takes it back is undone as a whole or not at all", async () => {
  const { tenantId, as, maker, fund } = await openTenant();
  const { fundId, bank } = fund;
  const content = "Date,Text,Amount\n2026-06-01,One,900.00\n2026-06-02,Two,900.00";
  const input = { accountId: bank, content };
  const { id: statementId } = await mutate(maker, "importStatement", "ImportStatementInput", input);
  const undo = (by: RequestContext) =>
    run(by, "undoStatement", "UndoStatementInput", { statementId, reason: "Wrong file" });
  for (const by of [maker, as("robot", "maker")]) {
    expect(codeOf(await undo(by))).toBe("APPROVAL_REQUIRED");
    expect(await balance(maker, bank)).toBe("1800.00");
  }
  expect(await audited(maker, fundId, "StatementUndone")).toEqual([]);
  await expectSound(tenantId, fundId);
});

test("what an API client of a person proposes, of whatever amount, that person does not approve", async () => {
  const { tenantId, as, maker, fund } = await openTenant();
  const robot = as("assistant", "maker");
  const proposed = await mutate(
    robot,
    "proposeTransaction",
    "PostTransactionInput",
    postingOf(fund, "0.01"),
  );
  for (const by of [robot, maker, as("other client", "maker")]) {
    expect(codeOf(await decide("approveProposal", proposed.id, by))).toBe("FORBIDDEN");
  }
  expect(await balance(maker, fund.bank)).toBe("0.00");
  expect(codeOf(await decide("approveProposal", proposed.id, as("checker")))).toBe("ok");
  expect(await audited(maker, fund.fundId, "ApprovalRefused")).toEqual([
    "other client",
    "maker",
    "assistant",
  ]);
  await expectSound(tenantId, fund.fundId);
});
