import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { verify } from "../../evidence/offline-log.fixture.ts";
import { exportBook } from "../../evidence/export-book.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase, openSmallFund, payIn } from "../../ledger-database.fixture.ts";
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
const tenantId = newId();
const as = (name: string, owner?: string): RequestContext =>
  signedIn(name, { overrides: { tenantId }, ...(owner === undefined ? {} : { owner }) });
const [ann, bob, boss] = [as("ann"), as("bob"), as("boss")];

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { __typename } }`;
const LIMIT = mutation("setApprovalLimit", "SetApprovalLimitInput");
const limit = (amount: string | null, more: object = {}, by = boss) =>
  graph.run(by, LIMIT, { input: { currency: "EUR", per: "CHANGE", amount, ...more } });
const decide = (name: string, id: string, by: RequestContext) =>
  graph.run(by, `mutation ($id: ID!) { ${name}(id: $id) { status decidedBy } }`, { id });
const approve = (id: string, by = bob) => decide("approveChange", id, by);

async function expectSound(bookId: string, ofTenant = tenantId): Promise<void> {
  const book = { tenantId: ofTenant, bookId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
  const texts = await Promise.all(
    [book, { tenantId: ofTenant, bookId: tenantBookOf(ofTenant) }].map(async (each) => {
      const parts: string[] = [];
      await exportBook(database.pool, each, (text) => Promise.resolve(void parts.push(text)));
      return parts.join("");
    }),
  );
  const [own = "", tenants = ""] = texts;
  expect(verify(own, tenants)).toBe("sound");
  expect(verify(tenants)).toBe("sound");
}

test("above a limit of changes each sensitive change waits for another person, and is made as it was shown", async () => {
  const fund = await openSmallFund(graph.books, ann);
  const { fundId, bank: accountId } = fund;
  await graph.books.execute(ann, payIn({ ...fund, context: ann }, "80.00"));
  const minimum = (minimumBalance: string | null, by = ann) =>
    graph.run(by, mutation("setMinimumBalance", "SetMinimumBalanceInput"), {
      input: { accountId, minimumBalance },
    });
  const status = (name: string, more: object = {}, by = ann) =>
    graph.run(by, mutation(name, "AccountStatusInput"), {
      input: { accountId, reason: "Reviewed", ...more },
    });
  const period = (name: string, input: object) =>
    graph.run(
      ann,
      `mutation ($input: ${name === "closePeriod" ? "Close" : "Reopen"}PeriodInput!) { ${name}(input: $input) { id } }`,
      { input: { fundId, ...input } },
    );
  const close = async (to: string): Promise<string> =>
    dataOf<{ id: string }>(await period("closePeriod", { to }), "closePeriod").id;

  // Without a limit one person is enough, and below it as well.
  expect(codeOf(await minimum("50.00"))).toBe("ok");
  expect(codeOf(await limit("60.00"))).toBe("ok");
  expect(codeOf(await minimum("-10.00"))).toBe("ok");
  const lower = await minimum("-70.01");
  expect(codeOf(lower)).toBe("APPROVAL_REQUIRED");
  expect(codeOf(await minimum(null))).toBe("APPROVAL_REQUIRED");

  await status("freezeAccount");
  const frozen = await status("unfreezeAccount", { idempotencyKey: "unfreeze" });
  const unfreezing = waitingIn(frozen);
  const read = `query ($id: ID!) { changeProposal(id: $id) {
    change description amount { amount } limit { amount } before { amount } account { code } fund { id } } }`;
  expect(dataOf(await graph.run(bob, read, { id: unfreezing }), "changeProposal")).toEqual({
    change: "UNFREEZE_ACCOUNT",
    description: "Unfreeze account BANK: Reviewed",
    amount: { amount: "80.00" },
    limit: { amount: "60.00" },
    before: null,
    account: { code: "BANK" },
    fund: { id: fundId },
  });
  // Neither its maker, nor a client of the maker's, nor the maker of whose client it is.
  expect(codeOf(await approve(unfreezing, ann))).toBe("FORBIDDEN");
  expect(codeOf(await approve(unfreezing, as("robot", "ann")))).toBe("FORBIDDEN");
  expect(codeOf(await approve(unfreezing))).toBe("ok");
  expect(codeOf(await approve(unfreezing))).toBe("PROPOSAL_NOT_WAITING");
  expect(codeOf(await status("unfreezeAccount", { idempotencyKey: "unfreeze" }))).toBe("ok");

  // What it showed stands no more: nothing is changed, and the attempt is in the audit log.
  expect(codeOf(await minimum("-20.00"))).toBe("ok");
  expect(codeOf(await approve(waitingIn(lower)))).toBe("VERSION_CONFLICT");
  expect(codeOf(await decide("withdrawChange", waitingIn(lower), bob))).toBe("FORBIDDEN");
  expect(codeOf(await decide("withdrawChange", waitingIn(lower), ann))).toBe("ok");

  const periodId = await close("2026-01-31");
  const reopening = waitingIn(await period("reopenPeriod", { periodId, reason: "Late" }));
  expect(codeOf(await approve(reopening))).toBe("ok");
  expect(codeOf(await period("reopenPeriod", { periodId, reason: "Late" }))).toBe(
    "PERIOD_NOT_FOUND",
  );

  const log = `{ ledgerTrail(fundId: "${fundId}", first: 50) { nodes { type } } }`;
  const { nodes } = dataOf<{ nodes: { type: string }[] }>(
    await graph.run(boss, log),
    "ledgerTrail",
  );
  expect(nodes.filter(({ type }) => type === "ApprovalRefused")).toHaveLength(3);
  await expectSound(fundId);
});

test("limits wait for another person, of the tenant and of a fund, and an older proposal changes no newer one", async () => {
  const { fundId } = await openSmallFund(graph.books, ann);
  expect(codeOf(await limit("0.00"))).toBe("ok");
  const posting = (amount: string | null, more: object = {}, by = boss) =>
    limit(amount, { per: "POSTING", ...more }, by);
  // What only tightens never waits.
  expect(codeOf(await posting("200.00"))).toBe("ok");
  expect(codeOf(await posting("100.00"))).toBe("ok");
  const [one, other] = [await posting("500.00"), await posting("900.00")];
  expect(codeOf(one)).toBe("APPROVAL_REQUIRED");
  expect(codeOf(await approve(waitingIn(one), boss))).toBe("FORBIDDEN");
  const narrow = signedIn("carol", { overrides: { tenantId }, funds: [fundId] });
  expect(codeOf(await approve(waitingIn(one), narrow))).toBe("PROPOSAL_NOT_FOUND");
  expect(codeOf(await approve(waitingIn(one)))).toBe("ok");
  expect(codeOf(await approve(waitingIn(other)))).toBe("VERSION_CONFLICT");
  const limits = `{ approvalLimits { nodes { per amount setBy } } }`;
  expect(dataOf(await graph.run(ann, limits), "approvalLimits")).toMatchObject({
    nodes: expect.arrayContaining([{ per: "POSTING", amount: "500.00", setBy: "bob" }]) as unknown,
  });
  // Several approvers by amount, as for postings.
  expect(codeOf(await posting("100.00", { approvers: 2, fundId }))).toBe("ok");
  // A fund's own limit above its tenant's lets more pass than before.
  const waiting = await posting("1000.00", { fundId, idempotencyKey: "fund limit" });
  expect(dataOf(await approve(waitingIn(waiting)), "approveChange")).toMatchObject({
    status: "WAITING",
  });
  expect(codeOf(await approve(waitingIn(waiting)))).toBe("FORBIDDEN");
  expect(codeOf(await approve(waitingIn(waiting), ann))).toBe("ok");
  expect(codeOf(await posting("1000.00", { fundId, idempotencyKey: "fund limit" }))).toBe("ok");
  // To take the limit of changes away is a change itself.
  expect(codeOf(await limit(null))).toBe("APPROVAL_REQUIRED");
  await expectSound(fundId);
});

describe("in a tenant with a second administrator", () => {
  const ofTwo = newId();
  const person = (
    name: string,
    more: { owner?: string; second?: boolean; scopes?: readonly string[] } = {},
  ): RequestContext =>
    signedIn(name, {
      overrides: { tenantId: ofTwo, ...(more.scopes === undefined ? {} : { scopes: more.scopes }) },
      secondAdministrator: more.second ?? true,
      ...(more.owner === undefined ? {} : { kind: "client", clientId: name, owner: more.owner }),
    });
  const [ada, eve] = [person("ada"), person("eve")];
  const approver = person("approver", { scopes: ["ledger:read", "ledger:approve"] });
  const setLimit = (amount: string | null, more: object = {}, by = ada) =>
    limit(amount, { per: "POSTING", ...more }, by);

  test("who lets more pass waits for the other administrator, and who tightens does not wait", async () => {
    const { fundId } = await openSmallFund(graph.books, ada);
    expect(codeOf(await setLimit("1000.00"))).toBe("ok");
    expect(codeOf(await setLimit("500.00"))).toBe("ok");
    expect(codeOf(await setLimit("200.00", { fundId }))).toBe("ok");
    const looser = [
      await setLimit("500.01"),
      await setLimit(null),
      await setLimit("200.01", { fundId }),
      // A fund without a limit of its own has its tenant's.
      await setLimit(null, { fundId }),
      // Without a limit of changes nothing passes, with one something does.
      await limit("0.01", {}, ada),
    ];
    expect(looser.map(codeOf)).toEqual(looser.map(() => "APPROVAL_REQUIRED"));
    expect(codeOf(await limit("0.00", { currency: "USD" }, ada))).toBe("ok");
    expect(codeOf(await limit(null, { currency: "USD" }, ada))).toBe("APPROVAL_REQUIRED");
    const [first] = looser as [(typeof looser)[0]];
    expect(first.errors?.[0]?.message).toBe(
      "This change of a limit needs approval by a second administrator: it waits for approval.",
    );
    const id = waitingIn(first);
    const refused = [
      ada,
      person("robot", { owner: "ada" }),
      // One administrator alone could invite such a user.
      approver,
      person("client", { owner: "approver", scopes: approver.scopes }),
    ];
    for (const by of refused) expect(codeOf(await approve(id, by))).toBe("FORBIDDEN");
    expect(codeOf(await approve(id, eve))).toBe("ok");
    const read = `{ changeProposals(first: 9) { nodes { needsAdministrator limit { amount } } } }`;
    const { nodes } = dataOf<{ nodes: object[] }>(await graph.run(eve, read), "changeProposals");
    expect(nodes).toContainEqual({ needsAdministrator: true, limit: null });
    const log = `{ ledgerTrail(first: 20) { nodes { type by { actor } payload } } }`;
    const events = dataOf<{ nodes: { type: string; by: { actor: string }; payload: object }[] }>(
      await graph.run(eve, log),
      "ledgerTrail",
    ).nodes.filter(({ payload }) => (payload as { proposalId?: string }).proposalId === id);
    expect(
      events.map(({ type, by, payload }) => [
        type,
        by.actor,
        (payload as { reason?: string }).reason ?? null,
      ]),
    ).toEqual([
      ["ProposalApproved", "eve", null],
      ["ApprovalRefused", "client", "NO_ADMINISTRATOR"],
      ["ApprovalRefused", "approver", "NO_ADMINISTRATOR"],
      ["ApprovalRefused", "robot", null],
      ["ApprovalRefused", "ada", null],
      ["ChangeProposed", "ada", null],
    ]);
    await expectSound(fundId, ofTwo);
  });

  test("unfreezing, a lower minimum balance and reopening wait, also for users who administer nothing", async () => {
    const fund = await openSmallFund(graph.books, ada);
    const { fundId, bank: accountId } = fund;
    const clerk = person("clerk", { scopes: ["ledger:read", "ledger:write"] });
    const send = (name: string, type: string, input: object, by = clerk) =>
      graph.run(by, mutation(name, type), { input });
    const status = (name: string) =>
      send(name, "AccountStatusInput", { accountId, reason: "Reviewed" });
    const minimum = (minimumBalance: string | null) =>
      send("setMinimumBalance", "SetMinimumBalanceInput", { accountId, minimumBalance });
    expect(codeOf(await minimum("-50.00"))).toBe("ok");
    expect(codeOf(await minimum("-40.00"))).toBe("ok");
    expect(codeOf(await status("freezeAccount"))).toBe("ok");
    const unfreezing = await status("unfreezeAccount");
    const closed = await graph.run(
      clerk,
      `mutation { closePeriod(input: { fundId: "${fundId}", to: "2026-01-31" }) { id } }`,
    );
    const { id: periodId } = dataOf<{ id: string }>(closed, "closePeriod");
    const reopening = await send("reopenPeriod", "ReopenPeriodInput", {
      fundId,
      periodId,
      reason: "Late",
    });
    for (const waits of [await minimum("-40.01"), unfreezing, reopening]) {
      expect(codeOf(waits)).toBe("APPROVAL_REQUIRED");
      expect(codeOf(await approve(waitingIn(waits), approver))).toBe("FORBIDDEN");
      expect(codeOf(await approve(waitingIn(waits), eve))).toBe("ok");
    }
    await expectSound(fundId, ofTwo);
  });

  test("a first limit in a further currency and wider value dates wait, of a fund and of the tenant", async () => {
    const { fundId } = await openSmallFund(graph.books, ada);
    const inDollars = { currency: "USD", fundId };
    expect(codeOf(await setLimit("10.00", { fundId }))).toBe("ok");
    const waiting = [
      await setLimit("0.01", inDollars),
      await setLimit("5.00", { ...inDollars, per: "DAY" }),
      // The tenant has no limit, but this fund of it lets no dollars pass.
      await setLimit("5.00", { currency: "CHF" }),
    ];
    expect(waiting.map(codeOf)).toEqual(waiting.map(() => "APPROVAL_REQUIRED"));
    expect(codeOf(await setLimit("0", inDollars))).toBe("ok");
    expect(codeOf(await setLimit("5", { currency: "SHARES/0" }))).toBe("ok");
    const [, , ofTenant] = waiting.map(waitingIn);
    expect(codeOf(await approve(ofTenant ?? "", ada))).toBe("FORBIDDEN");
    expect(codeOf(await approve(ofTenant ?? "", eve))).toBe("ok");
    const dates = (daysBehind: number, daysAhead: number, idempotencyKey?: string) =>
      graph.run(ada, mutation("setValueDateLimits", "SetValueDateLimitsInput"), {
        input: { fundId, daysBehind, daysAhead, idempotencyKey },
      });
    expect(codeOf(await dates(30, 10))).toBe("ok");
    const [wider, older] = [await dates(31, 10, "wider"), await dates(30, 11)];
    expect([wider, older].map(codeOf)).toEqual(["APPROVAL_REQUIRED", "APPROVAL_REQUIRED"]);
    const read = `query ($id: ID!) { changeProposal(id: $id) { change description before { amount } } }`;
    expect(dataOf(await graph.run(eve, read, { id: waitingIn(wider) }), "changeProposal")).toEqual({
      change: "VALUE_DATE_LIMITS",
      description:
        "Value dates up to 31 days behind and 10 ahead without confirmation, instead of 30 and 10",
      before: null,
    });
    expect(codeOf(await approve(waitingIn(wider), approver))).toBe("FORBIDDEN");
    expect(codeOf(await approve(waitingIn(wider), eve))).toBe("ok");
    expect(codeOf(await approve(waitingIn(older), eve))).toBe("VERSION_CONFLICT");
    expect(codeOf(await dates(31, 10, "wider"))).toBe("ok");
    const set = `query ($id: ID!) { fund(id: $id) { valueDateLimits { daysBehind daysAhead } } }`;
    expect(dataOf(await graph.run(ada, set, { id: fundId }), "fund")).toEqual({
      valueDateLimits: { daysBehind: 31, daysAhead: 10 },
    });
    await expectSound(fundId, ofTwo);
  });

  test("of several approvers one is an administrator", async () => {
    const { fundId } = await openSmallFund(graph.books, ada);
    expect(codeOf(await setLimit("10.00", { fundId }))).toBe("ok");
    expect(codeOf(await setLimit("5.00", { approvers: 2, fundId }))).toBe("ok");
    const other = person("other", { scopes: approver.scopes });
    const first = waitingIn(await setLimit("20.00", { fundId }));
    expect(codeOf(await approve(first, approver))).toBe("ok");
    expect(codeOf(await approve(first, other))).toBe("FORBIDDEN");
    expect(codeOf(await approve(first, eve))).toBe("ok");
    const second = waitingIn(await setLimit("30.00", { fundId }));
    expect(codeOf(await approve(second, eve))).toBe("ok");
    expect(dataOf(await approve(second, other), "approveChange")).toMatchObject({
      status: "APPROVED",
    });
    await expectSound(fundId, ofTwo);
  });

  test("a limit of changes lets the amounts pass that two administrators agreed on", async () => {
    const { fundId } = await openSmallFund(graph.books, ada);
    expect(codeOf(await setLimit("10.00", { fundId }))).toBe("ok");
    const waits = await limit("100.00", { fundId }, ada);
    expect(codeOf(await approve(waitingIn(waits), eve))).toBe("ok");
    expect(codeOf(await setLimit("100.00", { fundId }))).toBe("ok");
    expect(codeOf(await setLimit("100.01", { fundId }))).toBe("APPROVAL_REQUIRED");
    await expectSound(fundId, ofTwo);
  });

  test("the only administrator decides alone, and the audit log has that there was no second one", async () => {
    const { fundId } = await openSmallFund(graph.books, ada);
    const alone = person("ada", { second: false });
    expect(codeOf(await setLimit("10.00", { fundId }, alone))).toBe("ok");
    expect(codeOf(await setLimit("20.00", { fundId }, alone))).toBe("ok");
    const log = `{ ledgerTrail(fundId: "${fundId}", first: 2) { nodes { payload } } }`;
    expect(dataOf(await graph.run(alone, log), "ledgerTrail")).toMatchObject({
      nodes: [
        { payload: { amount: "20.00", secondAdministrator: false } },
        { payload: { amount: "10.00" } },
      ],
    });
    await expectSound(fundId, ofTwo);
  });
});
