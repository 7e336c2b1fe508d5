import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase, openSmallFund, payIn } from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let other: LedgerGraph;

beforeAll(async () => {
  database = await createLedgerDatabase();
  [graph, other] = await Promise.all([openGraph(database), openGraph(database)]);
});
afterAll(async () => {
  await Promise.all([graph.close(), other.close()]);
  await database.drop();
});

const POST = "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }";

test("the tenant's limit holds in every fund without its own, in new ones and behind a change", async () => {
  const tenantId = newId();
  const as = (name: string) => signedIn(name, { overrides: { tenantId } });
  const mine = await openSmallFund(graph.books, as("maker"));
  const set = (amount: string | null, fundId?: string) =>
    graph.run(
      as("boss"),
      "mutation ($input: SetApprovalLimitInput!) { setApprovalLimit(input: $input) { amount fund { id } } }",
      { input: { currency: "EUR", amount, fundId } },
    );
  const tries = async (fundId: string, bank: string, capital: string, amount: string) =>
    codeOf(
      await other.run(as("maker"), POST, {
        input: {
          fundId,
          effectiveDate: "2026-06-30",
          description: "Paid in",
          entries: [
            { accountId: bank, side: "DEBIT", amount },
            { accountId: capital, side: "CREDIT", amount },
          ],
        },
      }),
    );
  expect(await set("100.00")).toMatchObject({
    data: { setApprovalLimit: { amount: "100.00", fund: null } },
  });
  expect(await tries(mine.fundId, mine.bank, mine.capital, "100.01")).toBe("APPROVAL_REQUIRED");

  const opened = await graph.run(
    as("maker"),
    'mutation { openFund(input: { name: "New", currency: "EUR" }) { id } }',
  );
  const { id: fundId } = dataOf<{ id: string }>(opened, "openFund");
  const accounts = await Promise.all(
    ["ASSET", "EQUITY"].map(async (type) => {
      const account = await graph.run(
        as("maker"),
        "mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }",
        { input: { fundId, code: type, name: type, type } },
      );
      return dataOf<{ id: string }>(account, "openAccount").id;
    }),
  );
  const [bank = "", capital = ""] = accounts;
  expect(await tries(fundId, bank, capital, "100.01")).toBe("APPROVAL_REQUIRED");
  await set("500.00", fundId);
  expect(await tries(fundId, bank, capital, "500.00")).toBe("ok");
  await set("50.00");
  expect(await tries(fundId, bank, capital, "500.00")).toBe("ok");
  expect(await tries(mine.fundId, mine.bank, mine.capital, "50.01")).toBe("APPROVAL_REQUIRED");
  await set(null, fundId);
  expect(await tries(fundId, bank, capital, "50.01")).toBe("APPROVAL_REQUIRED");
  const read = `{ approvalLimits(fundId: "${mine.fundId}") { nodes { currency amount setBy fund { id } } } }`;
  expect(await graph.run(as("maker"), read)).toMatchObject({
    data: {
      approvalLimits: { nodes: [{ currency: "EUR", amount: "50.00", setBy: "boss", fund: null }] },
    },
  });
  await set(null);
  expect(await tries(fundId, bank, capital, "1000000.00")).toBe("ok");
});

test("two who set the tenant's limit at once leave one limit in every fund", async () => {
  const tenantId = newId();
  const as = (name: string) => signedIn(name, { overrides: { tenantId } });
  const funds = await Promise.all(
    Array.from({ length: 4 }, () => openSmallFund(graph.books, as("maker"))),
  );
  await Promise.all(
    ["10.00", "20.00", "30.00", "40.00"].map((amount, at) =>
      (at % 2 === 0 ? graph : other).run(
        as("boss"),
        'mutation ($amount: Decimal!) { setApprovalLimit(input: { currency: "EUR", amount: $amount }) { amount } }',
        { amount },
      ),
    ),
  );
  const { rows } = await graph.reads.query<{ limit: string }>(
    `SELECT (amount / 100)::numeric(9, 2)::text AS limit FROM approval_limit WHERE tenant_id = $1`,
    [tenantId],
  );
  const limit = rows[0]?.limit ?? "";
  expect(rows).toHaveLength(1);
  for (const { fundId, bank, capital } of funds) {
    for (const { books } of [graph, other]) {
      const fund = { context: as("maker"), fundId, bank, capital };
      await expect(
        books.execute(as("maker"), payIn(fund, `${limit.slice(0, -2)}01`)),
      ).rejects.toMatchObject({ code: "APPROVAL_REQUIRED" });
      await books.execute(as("maker"), payIn(fund, limit));
    }
  }
});

test("several have to approve above a limit of theirs, and the audit log keeps who may not", async () => {
  const tenantId = newId();
  const as = (name: string, owner?: string) =>
    signedIn(name, {
      overrides: { tenantId },
      ...(owner === undefined ? {} : { kind: "client", clientId: name, owner }),
    });
  const fund = await openSmallFund(graph.books, as("maker"));
  const { fundId } = fund;
  const set = async (amount: string, approvers?: number) => {
    const text = `mutation ($input: SetApprovalLimitInput!) {
      setApprovalLimit(input: $input) { amount approvers per } }`;
    const input = { currency: "EUR", amount, approvers, fundId };
    return dataOf(await graph.run(as("boss"), text, { input }), "setApprovalLimit");
  };
  const propose = async (amount: string): Promise<string> => {
    const [verdict] = await graph.books.executeEach(
      as("maker"),
      fundId,
      [payIn(fund, amount)],
      false,
    );
    if (verdict === undefined || verdict.accepted) throw new Error("it should wait");
    return verdict.refusal.proposalId ?? "";
  };
  const approve = (id: string, name: string, owner?: string) =>
    graph.run(
      as(name, owner),
      `mutation ($id: ID!) { approveProposal(id: $id) {
        status approvers approvedBy { id } totals { limit { amount } severalLimit { amount } } } }`,
      { id },
    );
  await set("1000.00");
  expect(await set("5000.00", 2)).toEqual({ amount: "5000.00", approvers: 2, per: "POSTING" });
  const id = await propose("5000.01");
  expect(dataOf(await approve(id, "checker"), "approveProposal")).toEqual({
    status: "WAITING",
    approvers: 2,
    approvedBy: [{ id: "checker" }],
    totals: [{ limit: { amount: "1000.00" }, severalLimit: { amount: "5000.00" } }],
  });
  for (const [name, owner] of [["checker"], ["maker"], ["robot", "checker"]] as const)
    expect(codeOf(await approve(id, name, owner))).toBe("FORBIDDEN");
  expect(dataOf(await approve(id, "second"), "approveProposal")).toMatchObject({
    status: "APPROVED",
  });
  // One person is one approver, by whichever of their clients.
  const person = { name: "checker", owner: undefined };
  const client = { name: "robot", owner: "checker" };
  const other = { name: "other", owner: "checker" };
  for (const { first, again } of [
    { first: person, again: client },
    { first: client, again: person },
    { first: client, again: other },
  ]) {
    const large = await propose("5000.01");
    const waiting = await approve(large, first.name, first.owner);
    expect(dataOf(waiting, "approveProposal")).toMatchObject({
      status: "WAITING",
      approvedBy: [{ id: "checker" }],
    });
    expect(codeOf(await approve(large, again.name, again.owner))).toBe("FORBIDDEN");
    expect(dataOf(await approve(large, "third", "second"), "approveProposal")).toMatchObject({
      status: "APPROVED",
    });
  }
  const waits = await propose("4000.00");
  await set("3000.00", 2);
  expect(codeOf(await approve(waits, "checker"))).toBe("APPROVAL_LIMIT_CHANGED");
  const log = await graph.run(
    as("auditor"),
    "query ($id: ID!) { ledgerTrail(fundId: $id, first: 50) { nodes { type by { actor } payload } } }",
    { id: fundId },
  );
  const { nodes } = dataOf<{
    nodes: {
      type: string;
      by: { actor: string };
      payload: { reason?: string; deciderOwner?: string };
    }[];
  }>(log, "ledgerTrail");
  const refused = nodes.filter(({ type }) => type === "ApprovalRefused");
  expect(
    refused.map(({ by, payload: { reason = "MAKER", deciderOwner = "" } }) =>
      `${by.actor} ${reason} ${deciderOwner}`.trim(),
    ),
  ).toEqual([
    "checker LIMIT_CHANGED",
    "other APPROVED_BEFORE checker",
    "checker APPROVED_BEFORE",
    "robot APPROVED_BEFORE checker",
    "robot APPROVED_BEFORE checker",
    "maker MAKER",
    "checker APPROVED_BEFORE",
  ]);
  expect(await verifyBook(database.pool, { tenantId, bookId: fundId })).toMatchObject({
    sound: true,
  });
});
