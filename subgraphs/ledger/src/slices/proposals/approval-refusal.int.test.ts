import type { RequestContext } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { verifyBook } from "../../evidence/verify-book.ts";
import {
  createLedgerDatabase,
  openSmallFund,
  payIn,
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
let tenantId: string;
let fund: SmallFund;

const SCOPES = ["ledger:read", "ledger:write", "ledger:approve"];
interface Person {
  readonly owner?: string;
  readonly scopes?: readonly string[];
  readonly secondAdministrator?: boolean;
  readonly acr?: string;
}
const as = (name: string, { scopes = SCOPES, ...caller }: Person = {}): RequestContext =>
  signedIn(name, { overrides: { tenantId, scopes }, scopes, ...caller });

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
beforeEach(async () => {
  tenantId = newId();
  fund = await openSmallFund(graph.books, as("ann"));
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const ADMIN = { scopes: [...SCOPES, "admin"] };
const setLimit = (more: object, by = as("boss", ADMIN)) =>
  graph.run(
    by,
    "mutation ($input: SetApprovalLimitInput!) { setApprovalLimit(input: $input) { amount } }",
    { input: { currency: "EUR", fundId: fund.fundId, ...more } },
  );

async function propose(amount: string, by = as("ann")): Promise<string> {
  const entry = (accountId: string, side: string) => ({ accountId, side, amount });
  const input = {
    fundId: fund.fundId,
    effectiveDate: "2026-06-30",
    description: "Paid in",
    entries: [entry(fund.bank, "DEBIT"), entry(fund.capital, "CREDIT")],
  };
  const text = "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }";
  return waitingIn(await graph.run(by, text, { input }));
}

interface Refusal {
  readonly code: string;
  readonly error: string;
  readonly message: string;
}
const KINDS = {
  posting: { read: "proposal", approve: "approveProposal" },
  change: { read: "changeProposal", approve: "approveChange" },
} as const;
type Kind = keyof typeof KINDS;

async function mayNot(id: string, by: RequestContext, kind: Kind): Promise<Refusal | null> {
  const { read } = KINDS[kind];
  const text = `query ($id: ID!) { ${read}(id: $id) { mayNotApprove { code error message } } }`;
  const answer = await graph.run(by, text, { id });
  return dataOf<{ mayNotApprove: Refusal | null }>(answer, read).mayNotApprove;
}

/** The types of the tenant's events, in the order they were recorded. */
const recorded = (): Promise<string[]> =>
  withTransaction(database.pool, { tenantId }, async (client) => {
    const { rows } = await client.query<{ type: string }>(
      "SELECT type FROM event WHERE tenant_id = $1 ORDER BY book_id, position",
      [tenantId],
    );
    return rows.map(({ type }) => type);
  });

/** What the field has for a caller, once the command gave the same verdict. */
async function verdict(id: string, by: RequestContext, kind: Kind = "posting"): Promise<string> {
  const before = await recorded();
  expect(before).toContain("FundOpened");
  const refusal = await mayNot(id, by, kind);
  expect(await recorded()).toEqual(before);
  const { approve } = KINDS[kind];
  const text = `mutation ($id: ID!) { ${approve}(id: $id) { id } }`;
  const answer = await graph.run(by, text, { id });
  expect(codeOf(answer)).toBe(refusal?.error ?? "ok");
  expect(answer.errors?.[0]?.message).toBe(refusal?.message);
  return refusal?.code ?? "may";
}

test("each caller reads what the attempt to approve a posting is answered", async () => {
  await setLimit({ amount: "1000.00" });
  await setLimit({ amount: "2000.00", approvers: 2 });
  const ofClient = await propose("1500.00", as("robot", { owner: "ann" }));
  expect(await verdict(ofClient, as("ann"))).toBe("IS_MAKER");
  expect(await verdict(ofClient, as("robot", { owner: "ann" }))).toBe("IS_MAKER");
  expect(await verdict(ofClient, as("other", { owner: "ann" }))).toBe("IS_MAKER");
  expect(await verdict(ofClient, as("bob", { scopes: ["ledger:read"] }))).toBe("NO_SCOPE");
  expect(await verdict(ofClient, as("bob"))).toBe("may");
  expect(await verdict(ofClient, as("bob"))).toBe("DECIDED");

  const large = await propose("2500.00");
  expect(await verdict(large, as("bob"))).toBe("may");
  expect(await verdict(large, as("bob"))).toBe("APPROVED_BEFORE");
  expect(await verdict(large, as("robot", { owner: "bob" }))).toBe("APPROVED_BEFORE");
  expect(await verdict(large, as("eve"))).toBe("may");
  const book = { tenantId, bookId: fund.fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
});

test("limits that changed, a closed period and a fund out of sight are answered before the attempt", async () => {
  await setLimit({ amount: "1000.00" });
  const id = await propose("1500.00");
  await setLimit({ amount: "1200.00", approvers: 2 });
  expect(await verdict(id, as("bob"))).toBe("LIMIT_CHANGED");
  // The attempt has it wait for two from then on.
  expect(await verdict(id, as("bob"))).toBe("may");

  const closed = `mutation { closePeriod(input: { fundId: "${fund.fundId}", to: "2026-07-31" }) { id } }`;
  expect(codeOf(await graph.run(as("boss", ADMIN), closed))).toBe("ok");
  expect(await verdict(id, as("eve"))).toBe("RULES");

  const elsewhere = signedIn("eve", { overrides: { tenantId }, funds: [newId()] });
  const read = `{ proposal(id: "${id}") { mayNotApprove { code } } }`;
  expect((await graph.run(elsewhere, read)).data).toEqual({ proposal: null });
});

test("a maker reads it without the scope to approve, and a second factor to be given is no refusal", async () => {
  await setLimit({ amount: "1000.00" });
  const id = await propose("1500.00");
  const maker = as("ann", { scopes: ["ledger:read", "ledger:write"] });
  expect(await mayNot(id, maker, "posting")).toMatchObject({ code: "IS_MAKER" });
  const bob = as("bob", { acr: "pwd" });
  expect(await mayNot(id, bob, "posting")).toBeNull();
  const approve = `mutation { approveProposal(id: "${id}") { id } }`;
  expect(codeOf(await graph.run(bob, approve))).toBe("STEP_UP_REQUIRED");
});

const minimum = async (minimumBalance: string, by: RequestContext) =>
  graph.run(
    by,
    "mutation ($input: SetMinimumBalanceInput!) { setMinimumBalance(input: $input) { id } }",
    { input: { accountId: fund.bank, minimumBalance } },
  );

test("each caller reads what the attempt to approve a change is answered", async () => {
  await graph.books.execute(as("ann"), payIn({ ...fund, context: as("ann") }, "80.00"));
  expect(codeOf(await minimum("50.00", as("ann")))).toBe("ok");
  const beside = { secondAdministrator: true };
  const lower = waitingIn(await minimum("-10.00", as("ann", { ...ADMIN, ...beside })));
  const of = (by: RequestContext) => verdict(lower, by, "change");
  expect(await of(as("ann", { ...ADMIN, ...beside }))).toBe("IS_MAKER");
  expect(await of(as("bob", beside))).toBe("NO_ADMINISTRATOR");
  expect(codeOf(await minimum("60.00", as("ann", beside)))).toBe("ok");
  expect(await of(as("boss", { ...ADMIN, ...beside }))).toBe("CHANGED_SINCE");
  const again = waitingIn(await minimum("-10.00", as("ann", { ...ADMIN, ...beside })));
  expect(await verdict(again, as("boss", { ...ADMIN, ...beside }), "change")).toBe("may");
});

test("a limit of the tenant is tried out in the tenant's own book", async () => {
  const ofTenant = (amount: string, by = as("boss", ADMIN)) =>
    setLimit({ fundId: null, per: "CHANGE", amount }, by);
  expect(codeOf(await ofTenant("10.00"))).toBe("ok");
  const id = waitingIn(await ofTenant("500.00"));
  expect(await verdict(id, as("boss", ADMIN), "change")).toBe("IS_MAKER");
  expect(await verdict(id, as("bob"), "change")).toBe("may");
});

test("to read it uses up nothing: a hold that is due goes on reserving in the book", async () => {
  await setLimit({ amount: "1000.00" });
  await graph.books.execute(as("ann"), payIn({ ...fund, context: as("ann") }, "100.00"));
  const place = `mutation ($a: ID!, $c: ID!) { placeHold(input: { accountId: $a, contraAccountId: $c,
    amount: "30.00", description: "Held", expiresAt: "2030-01-01T00:00:00Z" }) { id } }`;
  const placed = await graph.run(as("ann"), place, { a: fund.bank, c: fund.capital });
  expect(codeOf(placed)).toBe("ok");
  const id = await propose("1500.00");
  const later = { ...as("bob"), now: new Date("2031-01-01T00:00:00Z") };
  expect(await verdict(id, later)).toBe("may");
  expect((await recorded()).slice(-3)).toEqual([
    "HoldExpired",
    "ProposalApproved",
    "TransactionPosted",
  ]);
});
