import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
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

async function expectSound(bookId: string): Promise<void> {
  const book = { tenantId, bookId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
  const texts = await Promise.all(
    [book, { tenantId, bookId: tenantBookOf(tenantId) }].map(async (each) => {
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
  const two = await posting("100.00", { approvers: 2, fundId });
  expect(codeOf(await approve(waitingIn(two)))).toBe("ok");
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
