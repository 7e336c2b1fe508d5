import { newId } from "@allfunds/platform/ids";
import type { RequestContext } from "@allfunds/platform/context";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BookState } from "../../engine/book-state.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { PostgresBook } from "../../engine/postgres-book.ts";
import { TenantBooks } from "../../engine/tenant-books.ts";
import { exportBook } from "../../evidence/export-book.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";
import { INVESTOR_ROWS } from "../investors/investor.ts";
import { MODEL } from "../model.ts";

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

const tenantId = newId();
const now = new Date("2026-10-15T12:59:59.000Z");
const as = (name: string, more: object = {}): RequestContext =>
  signedIn(name, { ...more, overrides: { tenantId, now } });
const ann = as("ann");

async function give<Data>(
  name: string,
  text: string,
  variables: object = {},
  by = ann,
): Promise<Data> {
  return dataOf<Data>(await graph.run(by, text, variables), name);
}

/** A fund of the worked example's terms with one class. */
async function openFund(code: string, isin: string): Promise<{ fundId: string; classId: string }> {
  const { id: fundId } = await give<{ id: string }>(
    "openFund",
    `mutation { openFund(input: { name: "Fund ${code}", currency: "EUR" }) { id } }`,
  );
  const input = {
    fundId,
    effectiveFrom: "2026-01-01",
    cutOffTime: "15:00",
    timeZone: "Europe/Luxembourg",
  };
  await give(
    "administerFund",
    `mutation ($input: AdministerFundInput!) { administerFund(input: $input) { id } }`,
    {
      input,
    },
  );
  const { id: classId } = await give<{ id: string }>(
    "openShareClass",
    `mutation ($input: OpenShareClassInput!) { openShareClass(input: $input) { id } }`,
    {
      input: {
        fundId,
        code,
        name: `Class ${code}`,
        isin,
        launchDate: "2026-01-02",
        launchPrice: "100",
      },
    },
  );
  return { fundId, classId };
}

const REGISTER = `mutation ($input: RegisterInvestorsInput!) {
  registerInvestors(input: $input) { count ids replayed } }`;
const PLACE = `mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) { id state dealingDate settlementDate cutOffAt replayed } }`;

/** Calculated by Ann and published by Bob, which deals the orders of that date. */
async function publishNav(fundId: string, navDate: string): Promise<void> {
  const { id } = await give<{ id: string }>(
    "calculateNav",
    `mutation ($input: CalculateNavInput!) { calculateNav(input: $input) { id } }`,
    { input: { fundId, navDate } },
  );
  await give("publishNav", `mutation ($id: ID!) { publishNav(id: $id) { id } }`, { id }, as("bob"));
}

const investor = (reference: string, name: string) => ({
  reference,
  kind: "PERSON",
  taxCountry: "LU",
  kycState: "CLEARED",
  person: { name, bankAccount: "DE89370400440532013000" },
});

const subscribe = (classId: string, investorId: string, more: object = {}) => ({
  input: { kind: "SUBSCRIPTION", classId, investorId, amount: "1000.00", ...more },
});

test("an order shows its dealing date at once, a second earlier and later than the cut-off", async () => {
  const { fundId, classId } = await openFund("A", "QSFUNDA00013");
  const registered = await give<{ ids: string[] }>("registerInvestors", REGISTER, {
    input: { investors: [investor("A-1", "Ada Sample")] },
  });
  const [investorId = ""] = registered.ids;
  expect(await give("placeOrder", PLACE, subscribe(classId, investorId))).toMatchObject({
    state: "ACCEPTED",
    dealingDate: "2026-10-15",
    settlementDate: "2026-10-20",
  });
  const late = { ...ann, now: new Date("2026-10-15T13:00:00.000Z") };
  const next = await give<{ dealingDate: string }>(
    "placeOrder",
    PLACE,
    subscribe(classId, investorId),
    late,
  );
  expect(next.dealingDate).toBe("2026-10-16");

  const bulk = await give<{ placed: number; results: { error: { code: string } | null }[] }>(
    "placeOrders",
    `mutation ($input: PlaceOrdersInput!) {
      placeOrders(input: $input) { placed results { error { code } order { id } } } }`,
    {
      input: {
        mode: "INDEPENDENT",
        orders: [
          subscribe(classId, investorId).input,
          { ...subscribe(classId, investorId).input, kind: "REDEMPTION" },
        ],
      },
    },
  );
  expect(bulk.results.map(({ error }) => error?.code ?? "ok")).toEqual([
    "ok",
    "INSUFFICIENT_UNITS",
  ]);
  const list = await give<{ orders: { nodes: object[] } }>(
    "fund",
    `query ($id: ID!) { fund(id: $id) { orders(state: ACCEPTED) { nodes { id investor { reference } } } } }`,
    { id: fundId },
  );
  expect(list.orders.nodes).toHaveLength(3);
  const filtered = async (filter: string) =>
    codeOf(
      await graph.run(ann, `{ fund(id: "${fundId}") { orders(${filter}) { nodes { id } } } }`),
    );
  expect(await filtered(`classId: "${classId}", investorId: "${investorId}"`)).toBe("ok");
  expect(await filtered(`classId: "${fundId}"`)).toBe("SHARE_CLASS_NOT_FOUND");
  expect(await filtered(`investorId: "${fundId}"`)).toBe("INVESTOR_NOT_FOUND");
  await publishNav(fundId, "2026-10-15");
  const register = await give<object>(
    "shareClass",
    `query ($id: ID!) { shareClass(id: $id) { units holders { nodes { units heldUnits investor { reference } } } } }`,
    { id: classId },
  );
  expect(register).toEqual({
    units: "20.0000",
    holders: { nodes: [{ units: "20.0000", heldUnits: "0.0000", investor: { reference: "A-1" } }] },
  });
  expect(await verifyBook(database.pool, { tenantId, bookId: fundId })).toMatchObject({
    sound: true,
  });
});

test("a switch of an exported file is ordered once, and its file is taken back with both legs", async () => {
  const { fundId, classId } = await openFund("S", "FR0010315770");
  const { id: toClassId } = await give<{ id: string }>(
    "openShareClass",
    `mutation ($input: OpenShareClassInput!) { openShareClass(input: $input) { id } }`,
    {
      input: {
        fundId,
        code: "S2",
        name: "Class S2",
        isin: "LU0290358497",
        launchDate: "2026-01-02",
        launchPrice: "100",
      },
    },
  );
  const { ids } = await give<{ ids: string[] }>("registerInvestors", REGISTER, {
    input: { investors: [investor("S-1", "Sam Sample")] },
  });
  const [investorId = ""] = ids;
  await give("placeOrder", PLACE, subscribe(classId, investorId));
  await publishNav(fundId, "2026-10-15");
  const later = { ...ann, now: new Date("2026-10-15T14:00:00.000Z") };
  const content =
    "isin,investorId,kind,leg,toIsin,units,reference\n" +
    `FR0010315770,${investorId},SWITCH,OUT,LU0290358497,4.0000,S-R\n` +
    `LU0290358497,${investorId},SWITCH,IN,,,S-R\n`;
  const { hash, count } = await give<{ hash: string; count: number }>(
    "importFundFile",
    `mutation ($input: ImportFundFileInput!) { importFundFile(input: $input) { hash count } }`,
    { input: { kind: "ORDERS", fundId, content } },
    later,
  );
  expect(count).toBe(1);
  const legs = async () =>
    (
      await give<{ orders: { nodes: { state: string; leg: string | null }[] } }>(
        "fund",
        `query ($id: ID!) { fund(id: $id) { orders { nodes { state leg shareClass { id } } } } }`,
        { id: fundId },
      )
    ).orders.nodes.filter(({ leg }) => leg !== null);
  const both = (state: string) =>
    expect.arrayContaining([
      { state, leg: "OUT", shareClass: { id: classId } },
      { state, leg: "IN", shareClass: { id: toClassId } },
    ]);
  expect(await legs()).toEqual(both("ACCEPTED"));
  await give(
    "undoImport",
    `mutation ($input: UndoImportInput!) { undoImport(input: $input) { count } }`,
    { input: { kind: "ORDERS", fundId, hash, reason: "Wrong file" } },
    later,
  );
  expect(await legs()).toEqual(both("CANCELLED"));
  expect(await legs()).toHaveLength(2);
});

test("a caller of another fund sees no investor and no order, and none of the person without the scope", async () => {
  const own = await openFund("C", "IE00B4L5Y983");
  const other = await openFund("D", "LU0323578657");
  const { ids } = await give<{ ids: string[] }>("registerInvestors", REGISTER, {
    input: { investors: [investor("C-1", "Carla Sample")] },
  });
  const [investorId = ""] = ids;
  const { id } = await give<{ id: string }>(
    "placeOrder",
    PLACE,
    subscribe(own.classId, investorId),
  );
  const read = `query ($id: ID!, $order: ID!) {
    investor(id: $id) { reference } order(id: $order) { id }
    investors { nodes { reference } } }`;
  const seen = async (by: RequestContext) =>
    (await graph.run(by, read, { id: investorId, order: id })).data;
  expect(await seen(as("limited", { funds: [other.fundId] }))).toEqual({
    investor: null,
    order: null,
    investors: { nodes: [] },
  });
  expect(await seen(as("granted", { funds: [own.fundId] }))).toMatchObject({
    investor: { reference: "C-1" },
    investors: { nodes: [{ reference: "C-1" }] },
  });
  const person = `query ($id: ID!) { investor(id: $id) { person { name } } }`;
  expect(await give("investor", person, { id: investorId })).toMatchObject({
    person: { name: "Carla Sample" },
  });
  const register = await graph.run(as("limited", { funds: [own.fundId] }), REGISTER, {
    input: { investors: [investor("C-2", "Other")] },
  });
  expect(codeOf(register)).toBe("FORBIDDEN");
});

test("an erased investor leaves a sound book and no name anywhere in the database or an export", async () => {
  const { fundId, classId } = await openFund("E", "US0378331005");
  const name = "Erika Mustermann-Unvergesslich";
  const input = { investors: [investor("E-1", name)], idempotencyKey: "register E" };
  const { ids } = await give<{ ids: string[] }>("registerInvestors", REGISTER, { input });
  const repeat = await give<{ ids: string[]; replayed: boolean }>("registerInvestors", REGISTER, {
    input,
  });
  expect(repeat).toMatchObject({ ids, replayed: true });
  const [investorId = ""] = ids;
  const { id: orderId } = await give<{ id: string }>(
    "placeOrder",
    PLACE,
    subscribe(classId, investorId),
  );
  expect(await tablesWith("Unvergesslich")).toEqual(["investor_person"]);

  const erased = await give<{ isErased: boolean; person: null }>(
    "eraseInvestor",
    `mutation ($input: EraseInvestorInput!) { eraseInvestor(input: $input) { isErased kycState person { name } } }`,
    { input: { investorId, reason: "Asked for" } },
  );
  expect(erased).toMatchObject({ isErased: true, kycState: "PENDING", person: null });
  expect(await tablesWith("Unvergesslich")).toEqual([]);
  for (const bookId of [fundId, tenantBookOf(tenantId)]) {
    expect(await verifyBook(database.pool, { tenantId, bookId })).toMatchObject({ sound: true });
    const parts: string[] = [];
    await exportBook(database.pool, { tenantId, bookId }, (text) =>
      Promise.resolve(void parts.push(text)),
    );
    expect(parts.join("")).not.toContain("Unvergesslich");
  }
  const again = await graph.run(ann, PLACE, subscribe(classId, investorId));
  expect(codeOf(again)).toBe("KYC_REQUIRED");
  const cancel = `mutation ($input: OrderDecisionInput!) { cancelOrder(input: $input) { state } }`;
  const cancelled = await give("cancelOrder", cancel, { input: { orderId, reason: "Erased" } });
  expect(cancelled).toMatchObject({ state: "CANCELLED" });
});

async function registerUna(reference: string): Promise<string[]> {
  const input = { investors: [investor(reference, "Una")] };
  return (await give<{ ids: string[] }>("registerInvestors", REGISTER, { input })).ids;
}

test("a register that moved is brought up to date by its new events, and decisions under way keep theirs", async () => {
  const { fundId } = await openFund("U", "QSFUNDU00011");
  const [first = ""] = await registerUna("U-1");
  const tenants = new TenantBooks();
  const read = async (known: TenantBooks): Promise<BookState> => {
    const book = new PostgresBook(MODEL, database.pool, { tenantId, bookId: fundId }, known);
    const { tenant } = await book.open(undefined);
    if (tenant === undefined) throw new Error("a fund without its tenant's book");
    return tenant;
  };
  const before = await read(tenants);
  const [second = ""] = await registerUna("U-2");
  tenants.evict(tenantId);
  const after = await read(tenants);
  const { table } = INVESTOR_ROWS;
  expect(after.get(table, first)).toBe(before.get(table, first));
  expect(after.get(table, second)).toMatchObject({ reference: "U-2" });
  expect(before.get(table, second)).toBeUndefined();
  const anew = await read(new TenantBooks());
  expect(after.head).toEqual(anew.head);
  expect(after.digest.toBuffer()).toEqual(anew.digest.toBuffer());
  expect(after.all(table)).toEqual(anew.all(table));
});

/** Tables with a row that contains a text in any column. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const found: string[] = [];
  const client = await database.pool.connect();
  try {
    await client.query("SELECT set_config('app.tenant', $1, false)", [tenantId]);
    for (const { name } of rows) {
      const { rows: hits } = await client.query(
        `SELECT FROM public.${name} t WHERE t::text LIKE $1 LIMIT 1`,
        [`%${text}%`],
      );
      if (hits.length > 0) found.push(name);
    }
  } finally {
    client.release(true);
  }
  return found;
}
