import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { verifyBook } from "../../evidence/verify-book.ts";
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
  waitingIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let other: LedgerGraph;
let fund: SmallFund;

const maker = signedIn("maker");
const checker = signedIn("checker");
const second = signedIn("second");

beforeAll(async () => {
  database = await createLedgerDatabase();
  [graph, other] = await Promise.all([openGraph(database), openGraph(database)]);
});
beforeEach(async () => {
  fund = await openSmallFund(graph.books);
  await setLimit("1000.00", fund.fundId);
});
afterAll(async () => {
  await Promise.all([graph.close(), other.close()]);
  await database.drop();
});

const setLimit = (amount: string | null, fundId?: string, currency = "EUR") =>
  graph.run(
    signedIn("boss"),
    "mutation ($input: SetApprovalLimitInput!) { setApprovalLimit(input: $input) { currency amount fund { id } setBy } }",
    { input: { currency, amount, fundId } },
  );

const POST = `mutation ($input: PostTransactionInput!) {
  postTransaction(input: $input) { id replayed entries { amount { amount } } }
}`;

const posting = (amount: string, more: object = {}) => ({
  fundId: fund.fundId,
  effectiveDate: "2026-06-30",
  description: "Paid in",
  entries: [
    { accountId: fund.bank, side: "DEBIT", amount },
    { accountId: fund.capital, side: "CREDIT", amount },
  ],
  ...more,
});

const post = (amount: string, more: object = {}, by: RequestContext = maker) =>
  graph.run(by, POST, { input: posting(amount, more) });

async function propose(amount: string, more: object = {}, by = maker): Promise<string> {
  const answer = await post(amount, more, by);
  expect(codeOf(answer)).toBe("APPROVAL_REQUIRED");
  return waitingIn(answer);
}

const proposeOnce = () =>
  graph.run(
    maker,
    "mutation ($input: PostTransactionInput!) { proposeTransaction(input: $input) { id status kind maker totals { limit { amount } } } }",
    { input: posting("1.00", { idempotencyKey: "proposed-once" }) },
  );

test("a transaction within every limit waits when it is only proposed, and is posted by another person", async () => {
  const proposed = dataOf<{ id: string }>(await proposeOnce(), "proposeTransaction");
  expect(proposed).toMatchObject({
    status: "WAITING",
    kind: "POSTING",
    maker: "maker",
    totals: [{ limit: null }],
  });
  const { id } = proposed;
  expect(dataOf(await proposeOnce(), "proposeTransaction")).toMatchObject({ id });
  expect(codeOf(await post("1.00", { idempotencyKey: "proposed-once" }))).toBe(
    "IDEMPOTENCY_CONFLICT",
  );
  expect(codeOf(await approve(id, maker))).toBe("FORBIDDEN");
  expect(dataOf(await approve(id), "approveProposal")).toMatchObject({ status: "APPROVED" });
  const book = { tenantId: maker.tenantId, bookId: fund.fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
});

const PROPOSAL =
  "{ id status maker decidedBy decider { id } reason transaction { id position } replayed }";
const approve = (id: string, by = checker, on = graph) =>
  on.run(by, `mutation ($id: ID!) { approveProposal(id: $id) ${PROPOSAL} }`, { id });
const withdraw = (id: string, by = maker, on = graph) =>
  on.run(by, `mutation ($id: ID!) { withdrawProposal(id: $id) ${PROPOSAL} }`, { id });
const reject = (id: string, by = checker) =>
  graph.run(by, `mutation ($id: ID!) { rejectProposal(id: $id, reason: "No") ${PROPOSAL} }`, {
    id,
  });

const balance = async (accountId = fund.bank) =>
  (
    await graph.run(
      maker,
      "query ($id: ID!) { account(id: $id) { balance { amount } held { amount } } }",
      {
        id: accountId,
      },
    )
  ).data?.["account"] as { balance: { amount: string }; held: { amount: string } };

test("a posting above the limit waits, and is posted when another person approves it", async () => {
  expect(codeOf(await post("1000.00"))).toBe("ok");
  const id = await propose("1000.01");
  expect((await balance()).balance.amount).toBe("1000.00");
  const asked = await graph.run(
    maker,
    `query ($id: ID!, $fundId: ID!) {
      proposal(id: $id) { kind status maker proposer { id } decider { id } description totals { amount { amount currency } limit { amount } }
        entries { side amount { amount } account { code } } fund { id } decidedBy transaction { id } }
      proposals(fundId: $fundId, status: WAITING) { nodes { id } }
    }`,
    { id, fundId: fund.fundId },
  );
  expect(asked).toMatchObject({
    data: {
      proposal: {
        kind: "POSTING",
        status: "WAITING",
        maker: "maker",
        proposer: { id: "maker" },
        decider: null,
        totals: [{ amount: { amount: "1000.01", currency: "EUR" }, limit: { amount: "1000.00" } }],
        entries: [
          { side: "DEBIT", amount: { amount: "1000.01" }, account: { code: "BANK" } },
          { side: "CREDIT", account: { code: "CAP" } },
        ],
        fund: { id: fund.fundId },
        decidedBy: null,
        transaction: null,
      },
      proposals: { nodes: [{ id }] },
    },
  });
  expect(await approve(id)).toMatchObject({
    data: {
      approveProposal: { status: "APPROVED", decidedBy: "checker", decider: { id: "checker" } },
    },
  });
  expect((await balance()).balance.amount).toBe("2000.01");
  expect(codeOf(await approve(id, second))).toBe("PROPOSAL_NOT_WAITING");
  const book = { tenantId: maker.tenantId, bookId: fund.fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
});

test("a user cannot approve an own proposal, nor through an own API client", async () => {
  const client = signedIn("robot", { kind: "client", clientId: "robot", owner: "maker" });
  const sibling = signedIn("sibling", { kind: "client", clientId: "sibling", owner: "maker" });
  const id = await propose("2000.00");
  for (const by of [maker, client]) {
    expect(codeOf(await approve(id, by))).toBe("FORBIDDEN");
    expect(codeOf(await reject(id, by))).toBe("FORBIDDEN");
  }
  const byClient = await propose("2000.00", {}, client);
  for (const by of [maker, client, sibling]) {
    expect(codeOf(await approve(byClient, by))).toBe("FORBIDDEN");
  }
  expect(codeOf(await withdraw(id, checker))).toBe("FORBIDDEN");
  expect(codeOf(await withdraw(byClient, maker))).toBe("ok");
  const pwd = signedIn("checker", { acr: "pwd" });
  expect(codeOf(await approve(id, pwd))).toBe("STEP_UP_REQUIRED");
  const reader = signedIn("checker", { overrides: { scopes: ["ledger:read", "ledger:write"] } });
  expect(codeOf(await approve(id, reader))).toBe("FORBIDDEN");
  expect(codeOf(await approve(id))).toBe("ok");
});

test("the same key stands for the same proposal, and then for what it became", async () => {
  const more = { idempotencyKey: newId() };
  const id = await propose("5000.00", more);
  expect(await propose("5000.00", more)).toBe(id);
  expect(codeOf(await post("5000.01", more))).toBe("IDEMPOTENCY_CONFLICT");
  await approve(id);
  const posted = await post("5000.00", more);
  expect(posted).toMatchObject({ data: { postTransaction: { replayed: true } } });
  expect((await balance()).balance.amount).toBe("5000.00");

  const refused = { idempotencyKey: newId() };
  await reject(await propose("5000.00", refused));
  expect(codeOf(await post("5000.00", refused))).toBe("PROPOSAL_NOT_WAITING");
});

test("an approval repeated with its key answers what it answered", async () => {
  const id = await propose("5000.00");
  const by = signedIn("checker", { overrides: { idempotencyKey: newId() } });
  expect(await approve(id, by)).toMatchObject({ data: { approveProposal: { replayed: false } } });
  expect(await approve(id, by)).toMatchObject({ data: { approveProposal: { replayed: true } } });
});

test("what the rules of the day refuse goes on waiting", async () => {
  const more = {
    entries: [...posting("0").entries].map((leg, at) => ({
      ...leg,
      amount: "1500.00",
      side: at === 0 ? "CREDIT" : "DEBIT",
    })),
  };
  const id = await propose("", more);
  const freeze = (mutation: string) =>
    graph.run(
      maker,
      `mutation ($id: ID!) { ${mutation}(input: { accountId: $id, reason: "Review" }) { id } }`,
      { id: fund.bank },
    );
  expect(codeOf(await freeze("freezeAccount"))).toBe("ok");
  expect(codeOf(await approve(id))).toBe("ACCOUNT_FROZEN");
  expect(codeOf(await freeze("unfreezeAccount"))).toBe("ok");
  await graph.run(
    maker,
    `mutation ($id: ID!) { setAccountFloor(input: { accountId: $id, minimumBalance: "0.00" }) { id } }`,
    { id: fund.bank },
  );
  expect(codeOf(await approve(id))).toBe("INSUFFICIENT_FUNDS");
  await post("1000.00");
  expect(codeOf(await approve(id))).toBe("INSUFFICIENT_FUNDS");
  await post("500.00");
  expect(codeOf(await approve(id))).toBe("ok");
  expect((await balance()).balance.amount).toBe("0.00");
});

test("two who decide at once, on two instances, decide it once", async () => {
  for (let round = 0; round < 10; round += 1) {
    const id = await propose("1500.00");
    const answers = await Promise.all([
      approve(id, signedIn("checker"), graph),
      approve(id, signedIn("second"), other),
      withdraw(id, signedIn("maker"), other),
      approve(id, signedIn("second"), graph),
    ]);
    const codes = answers.map(codeOf);
    expect(codes.filter((code) => code === "ok")).toHaveLength(1);
    expect(codes.filter((code) => code === "PROPOSAL_NOT_WAITING")).toHaveLength(3);
    await withdraw(id);
  }
  const { rows } = await database.pool.query<{ approved: number; posted: number }>(
    `SELECT count(*) FILTER (WHERE type = 'ProposalApproved')::int AS approved,
            count(*) FILTER (WHERE type = 'TransactionPosted')::int AS posted
     FROM event WHERE book_id = $1`,
    [fund.fundId],
  );
  expect(rows[0]?.approved).toBe(rows[0]?.posted);
});

test("a capture above the limit leaves the hold as it is until it is approved", async () => {
  await post("1000.00");
  await post("1000.00");
  const placed = await graph.run(
    maker,
    `mutation ($a: ID!, $c: ID!) {
      placeHold(input: { accountId: $a, contraAccountId: $c, amount: "1800.00", description: "Held" }) { id }
    }`,
    { a: fund.bank, c: fund.capital },
  );
  const { id: holdId } = dataOf<{ id: string }>(placed, "placeHold");
  const capture = await graph.run(
    maker,
    "mutation ($id: ID!) { captureHold(input: { holdId: $id }) { transaction { id } } }",
    { id: holdId },
  );
  expect(codeOf(capture)).toBe("APPROVAL_REQUIRED");
  expect(await balance()).toEqual({ balance: { amount: "2000.00" }, held: { amount: "1800.00" } });
  expect(codeOf(await approve(waitingIn(capture)))).toBe("ok");
  expect(await balance()).toEqual({ balance: { amount: "200.00" }, held: { amount: "0.00" } });
});

test("an adjustment never posts more than was shown", async () => {
  const adjust = await graph.run(
    maker,
    `mutation ($id: ID!) { adjustBalance(input: { accountId: $id, balance: "1500.00", reason: "Counted" }) { replayed } }`,
    { id: fund.bank },
  );
  expect(codeOf(adjust)).toBe("APPROVAL_REQUIRED");
  const taken = posting("400.00").entries.map((leg, at) => ({
    ...leg,
    side: at === 0 ? "CREDIT" : "DEBIT",
  }));
  await post("400.00", { entries: taken });
  expect(codeOf(await approve(waitingIn(adjust)))).toBe("PROPOSAL_EXCEEDED");
  await post("400.00");
  expect(codeOf(await approve(waitingIn(adjust)))).toBe("ok");
  expect((await balance()).balance.amount).toBe("1500.00");
});

test("a reversal above the limit waits", async () => {
  const id = await propose("3000.00");
  const approved = await approve(id);
  const { transaction } = dataOf<{ transaction: { id: string } }>(approved, "approveProposal");
  const reversal = await graph.run(
    maker,
    "mutation ($id: ID!) { reverseTransaction(input: { transactionId: $id }) { id } }",
    { id: transaction.id },
  );
  expect(codeOf(reversal)).toBe("APPROVAL_REQUIRED");
  expect(codeOf(await approve(waitingIn(reversal)))).toBe("ok");
  expect((await balance()).balance.amount).toBe("0.00");
});

test("in a bulk, all or none is refused, and of each by itself those above wait", async () => {
  const BULK = `mutation ($input: PostTransactionsInput!) {
    postTransactions(input: $input) { posted results { error { code proposalId } } }
  }`;
  const transactions = [posting("10.00"), posting("1000.01")];
  const together = await graph.run(maker, BULK, { input: { transactions } });
  expect(together).toMatchObject({
    data: {
      postTransactions: {
        posted: 0,
        results: [
          { error: { code: "BULK_REFUSED" } },
          { error: { code: "APPROVAL_REQUIRED", proposalId: null } },
        ],
      },
    },
  });
  const count = `{ proposals(fundId: "${fund.fundId}") { nodes { id } } }`;
  expect(await graph.run(maker, count)).toMatchObject({ data: { proposals: { nodes: [] } } });
  const each = await graph.run(maker, BULK, { input: { transactions, mode: "INDEPENDENT" } });
  expect(each).toMatchObject({
    data: {
      postTransactions: {
        posted: 1,
        results: [{ error: null }, { error: { code: "APPROVAL_REQUIRED" } }],
      },
    },
  });
  const { nodes } = dataOf<{ nodes: object[] }>(await graph.run(maker, count), "proposals");
  expect(nodes).toHaveLength(1);
});

test("statement lines above the limit wait, and are known again in the next import", async () => {
  const content = "date;amount;text\n2026-06-01;900.00;Small\n2026-06-02;1900.00;Large\n";
  const run = () =>
    graph.run(
      maker,
      `mutation ($input: ImportStatementInput!) { importStatement(input: $input) {
        lines posted proposed duplicates transactions { nodes { description } } } }`,
      {
        input: {
          accountId: fund.bank,
          format: "CSV",
          content,
          csv: { date: "date", amount: "amount", description: "text", delimiter: ";" },
        },
      },
    );
  expect(await run()).toMatchObject({
    data: { importStatement: { lines: 2, posted: 1, proposed: 1, duplicates: 0 } },
  });
  expect(await run()).toMatchObject({
    data: { importStatement: { posted: 0, proposed: 0, duplicates: 2 } },
  });
  const waiting = await graph.run(
    maker,
    `{ proposals(fundId: "${fund.fundId}") { nodes { id kind description } } }`,
  );
  const [line] = dataOf<{ nodes: { id: string }[] }>(waiting, "proposals").nodes;
  expect(line).toMatchObject({ kind: "STATEMENT_LINE", description: "Large" });
  expect(codeOf(await approve(line?.id ?? ""))).toBe("ok");
  expect((await balance()).balance.amount).toBe("2800.00");
  expect(await run()).toMatchObject({ data: { importStatement: { duplicates: 2 } } });
});

test("splitting, self-approval, an own client and a raised limit post nothing, and the audit log has each attempt", async () => {
  const boss = signedIn("boss");
  const limit = (amount: string) =>
    graph.run(
      boss,
      "mutation ($input: SetApprovalLimitInput!) { setApprovalLimit(input: $input) { amount } }",
      { input: { currency: "EUR", amount, fundId: fund.fundId, per: "DAY" } },
    );
  expect(codeOf(await limit("1000.00"))).toBe("ok");
  const client = signedIn("robot", { kind: "client", clientId: "robot", owner: "maker" });
  expect(codeOf(await post("600.00"))).toBe("ok");
  // In two postings, and by two names of one person, it is the same sum of the day.
  const id = await propose("500.00", {}, client);
  for (const by of [maker, client]) expect(codeOf(await approve(id, by))).toBe("FORBIDDEN");
  expect(codeOf(await limit("5000.00"))).toBe("ok");
  await setLimit("5000.00", fund.fundId);
  expect(codeOf(await approve(id, maker))).toBe("FORBIDDEN");
  expect((await balance()).balance.amount).toBe("600.00");
  const log = await graph.run(
    maker,
    "query ($id: ID!) { ledgerTrail(fundId: $id, first: 50) { nodes { type by { actor } } } }",
    { id: fund.fundId },
  );
  const { nodes } = dataOf<{ nodes: { type: string; by: { actor: string } }[] }>(
    log,
    "ledgerTrail",
  );
  const attempts = nodes.filter(({ type }) => type === "ApprovalRefused");
  expect(attempts.map(({ by }) => by.actor)).toEqual(["maker", "robot", "maker"]);
  expect(codeOf(await approve(id))).toBe("ok");
  expect((await balance()).balance.amount).toBe("1100.00");
  const book = { tenantId: maker.tenantId, bookId: fund.fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
});
