import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { exportBook } from "../../evidence/export-book.ts";
import { verify } from "../../evidence/offline-log.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
const tenantId = newId();
const of = { overrides: { tenantId, now: new Date("2026-12-01T08:00:00.000Z") } };
const [ann, bob, carl, boss] = [
  signedIn("ann", of),
  signedIn("bob", of),
  signedIn("carl", of),
  signedIn("boss", of),
];
const client = signedIn("ann-client", { ...of, owner: "ann" });
const [bobs, bobsOther] = [
  signedIn("bob-client", { ...of, owner: "bob" }),
  signedIn("bob-other", { ...of, owner: "bob" }),
];

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

type By = typeof ann;

async function ask<Data>(name: string, type: string, input: object, shows: string, by: By = ann) {
  const text = `mutation ($input: ${type}!) { ${name}(input: $input) ${shows} }`;
  return dataOf<Data>(await graph.run(by, text, { input }), name);
}

async function openFund() {
  const opened = { name: "Limits", currency: "EUR" };
  const { id: fundId } = await ask<{ id: string }>("openFund", "OpenFundInput", opened, "{ id }");
  const terms = { effectiveFrom: "2026-01-01", cutOffTime: "15:00", timeZone: "Europe/Luxembourg" };
  await ask("administerFund", "AdministerFundInput", { fundId, ...terms }, "{ id }");
  const named = { fundId, code: "A", name: "A", isin: "QSFUNDA00013" };
  const launch = { ...named, launchDate: "2026-09-30", launchPrice: "100" };
  const opening = await ask<{ id: string }>(
    "openShareClass",
    "OpenShareClassInput",
    launch,
    "{ id }",
  );
  const investors = ["L-1", "L-2", "L-3"].map((reference) => ({
    reference,
    kind: "PERSON",
    taxCountry: "LU",
    kycState: "CLEARED",
    person: { name: reference },
  }));
  const registered = await ask<{ ids: string[] }>(
    "registerInvestors",
    "RegisterInvestorsInput",
    { investors },
    "{ ids }",
  );
  return { fundId, classId: opening.id, ids: registered.ids };
}

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly approvers: number;
  readonly approvedBy: readonly { readonly id: string }[];
}
const SHOWN = "{ id state approvers approvedBy { id } }";

async function approve(orderId: string, by: By): Promise<string> {
  const text = `mutation ($orderId: ID!) { approveOrder(orderId: $orderId) ${SHOWN} }`;
  const answer = await graph.run(by, text, { orderId });
  const code = codeOf(answer);
  return code === "ok" ? dataOf<Shown>(answer, "approveOrder").state : code;
}

/** Why a caller may not approve an order, and the code of the answer to an attempt; null when the caller may. */
async function mayNot(id: string, by: By): Promise<string | null> {
  const text = "query ($id: ID!) { order(id: $id) { mayNotApprove { code error } } }";
  const answer = await graph.run(by, text, { id });
  const { mayNotApprove: why } = dataOf<{
    mayNotApprove: { code: string; error: string } | null;
  }>(answer, "order");
  return why && `${why.code} ${why.error}`;
}

test("orders and transfers above limits of one, of a day, of an investor's day and of several approvers wait", async () => {
  const { fundId, classId, ids } = await openFund();
  const limit = (amount: string | null, more: object = {}) =>
    ask(
      "setApprovalLimit",
      "SetApprovalLimitInput",
      { fundId, currency: "EUR", amount, ...more },
      "{ __typename }",
      boss,
    );
  const place = (investor: number, more: object, by: By = ann) =>
    ask<Shown>(
      "placeOrder",
      "PlaceOrderInput",
      { classId, investorId: ids[investor], kind: "SUBSCRIPTION", ...more },
      SHOWN,
      by,
    );
  const received = { receivedAt: "2026-09-30T08:00:00Z" };
  await place(0, { units: "100", ...received });
  const nav = await ask<{ id: string }>(
    "calculateNav",
    "CalculateNavInput",
    { fundId, navDate: "2026-09-30" },
    "{ id }",
  );
  const publish = "mutation ($id: ID!) { publishNav(id: $id) { id } }";
  expect(codeOf(await graph.run(client, publish, { id: nav.id }))).toBe("NAV_SAME_PERSON");
  expect(codeOf(await graph.run(bobs, publish, { id: nav.id }))).toBe("ok");

  // Split over one day: what is above the limit of the person waits, through any client.
  await limit("1500.00", { per: "DAY" });
  expect(await place(0, { amount: "1000.00" })).toMatchObject({ state: "ACCEPTED" });
  const split = await place(1, { amount: "500.01" }, client);
  expect(split).toMatchObject({ state: "WAITING_APPROVAL", approvers: 1 });
  expect(await place(1, { amount: "500.00" })).toMatchObject({ state: "ACCEPTED" });
  expect(await mayNot(split.id, ann)).toBe("IS_MAKER FORBIDDEN");
  expect(await mayNot(split.id, client)).toBe("IS_MAKER FORBIDDEN");
  expect(await mayNot(split.id, bob)).toBeNull();
  expect(await approve(split.id, ann)).toBe("FORBIDDEN");
  expect(await approve(split.id, client)).toBe("FORBIDDEN");
  expect(await approve(split.id, bob)).toBe("ACCEPTED");
  expect(await mayNot(split.id, carl)).toBe("DECIDED ORDER_STATE");
  await limit(null, { per: "DAY" });

  // With one investor, by whomever.
  await limit("2000.00", { per: "COUNTERPARTY_DAY" });
  expect(await place(2, { amount: "1500.00" })).toMatchObject({ state: "ACCEPTED" });
  const more = await place(2, { amount: "500.01" }, carl);
  expect(more).toMatchObject({ state: "WAITING_APPROVAL" });
  await limit(null, { per: "COUNTERPARTY_DAY" });

  // By several people, each of them once; a limit that came later demands one more.
  await limit("3000.00", { approvers: 2 });
  const large = await place(2, { amount: "3000.01" });
  expect(large).toMatchObject({ state: "WAITING_APPROVAL", approvers: 2, approvedBy: [] });
  expect(await approve(large.id, bob)).toBe("WAITING_APPROVAL");
  expect(await mayNot(large.id, bob)).toBe("APPROVED_BEFORE FORBIDDEN");
  expect(await mayNot(large.id, carl)).toBeNull();
  expect(await approve(large.id, bob)).toBe("FORBIDDEN");
  await limit("3000.00", { approvers: 3 });
  expect(await mayNot(large.id, carl)).toBe("LIMIT_CHANGED APPROVAL_LIMIT_CHANGED");
  expect(await approve(large.id, carl)).toBe("APPROVAL_LIMIT_CHANGED");
  expect(await approve(large.id, bob)).toBe("WAITING_APPROVAL");
  expect(await approve(large.id, carl)).toBe("WAITING_APPROVAL");
  expect(await approve(large.id, boss)).toBe("ACCEPTED");

  // One person is one approver, by whichever of their clients.
  await limit("3000.00", { approvers: 2 });
  await limit(null, { approvers: 3 });
  for (const [first, again] of [
    [bob, bobs],
    [bobs, bob],
    [bobs, bobsOther],
  ] as const) {
    const order = await place(2, { amount: "3000.01" });
    expect(await approve(order.id, first)).toBe("WAITING_APPROVAL");
    expect(await approve(order.id, again)).toBe("FORBIDDEN");
    expect(await approve(order.id, carl)).toBe("ACCEPTED");
  }

  // A transfer is worth its units at the last price, and moves them once it is approved.
  await limit("1000.00");
  const transfer = { kind: "TRANSFER", toInvestorId: ids[1] };
  expect(await place(0, { ...transfer, units: "10" })).toMatchObject({ state: "SETTLED" });
  const given = await place(0, { ...transfer, units: "10.0001" });
  expect(given).toMatchObject({ state: "WAITING_APPROVAL" });
  const holders = `{ shareClass(id: "${classId}") { holders { nodes { units heldUnits investor { id } } } } }`;
  const held = async () => {
    const { holders: list } = dataOf<{
      holders: { nodes: { units: string; heldUnits: string; investor: { id: string } }[] };
    }>(await graph.run(ann, holders), "shareClass");
    return ids.map((id) => {
      const own = list.nodes.find(({ investor }) => investor.id === id);
      return `${own?.units ?? "0"} ${own?.heldUnits ?? "0"}`;
    });
  };
  expect((await held()).slice(0, 2)).toEqual(["90.0000 10.0001", "10.0000 0.0000"]);
  expect(await approve(given.id, ann)).toBe("FORBIDDEN");
  expect(await approve(given.id, bob)).toBe("SETTLED");
  expect((await held()).slice(0, 2)).toEqual(["79.9999 0.0000", "20.0001 0.0000"]);

  const refused = `{ ledgerTrail(fundId: "${fundId}", first: 100) { nodes { type by { actor } } } }`;
  const { nodes } = dataOf<{ nodes: { type: string; by: { actor: string } }[] }>(
    await graph.run(boss, refused),
    "ledgerTrail",
  );
  expect(
    nodes.filter(({ type }) => type === "OrderApprovalRefused").map(({ by }) => by.actor),
  ).toEqual(["ann", "bob-other", "bob", "bob-client", "carl", "bob", "ann-client", "ann"]);

  expect(await verifyBook(database.pool, { tenantId, bookId: fundId })).toMatchObject({
    sound: true,
  });
  const [own = "", tenants = ""] = await Promise.all(
    [fundId, tenantBookOf(tenantId)].map(async (bookId) => {
      const parts: string[] = [];
      await exportBook(database.pool, { tenantId, bookId }, (text) =>
        Promise.resolve(void parts.push(text)),
      );
      return parts.join("");
    }),
  );
  expect(verify(own, tenants)).toBe("sound");
});
