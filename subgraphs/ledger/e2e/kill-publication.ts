import { setTimeout as sleep } from "node:timers/promises";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool, withTransaction, type DatabaseClient } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { createLogger } from "@allfunds/platform/logging";
import { expect, onTestFinished, test } from "vitest";
import { verifyBook } from "../src/evidence/verify-book.ts";
import { askUntilAnswered, underKill } from "./kill.ts";

const logger = createLogger("test", "silent");
const ORDERS = 40;
const NAV_DATES = ["2026-09-30", "2026-10-15"] as const;
const PUBLISH =
  "mutation ($id: ID!) { publishNav(id: $id) { state classes { units navPerUnit } replayed } }";
/** Another person than who calculated the NAV. */
const APPROVER = { subject: "approver", scopes: ["ledger:read", "ledger:write", "nav:publish"] };
const MAKER = { scopes: ["ledger:read", "ledger:write", "investors:read", "investors:write"] };

async function give<Data>(field: string, type: string, input: object, select: string) {
  const text = `mutation ($input: ${type}!) { ${field}(input: $input) ${select} }`;
  const asking = { token: MAKER, key: newId() };
  const data = await askUntilAnswered<Record<string, Data>>(text, { input }, asking);
  const given = data[field];
  if (given === undefined) throw new Error(`${field} has no answer`);
  return given;
}

interface Named {
  readonly id: string;
}

interface Published {
  readonly publishNav: {
    readonly state: string;
    readonly classes: readonly { readonly units: string; readonly navPerUnit: string | null }[];
  };
}

/** An administered fund with a class and so many investors. */
async function openFund() {
  const named = { name: "Killed", currency: "EUR" };
  const { id: fundId } = await give<Named>("openFund", "OpenFundInput", named, "{ id }");
  const terms = {
    fundId,
    effectiveFrom: "2026-09-01",
    cutOffTime: "15:00",
    timeZone: "Europe/Luxembourg",
  };
  await give("administerFund", "AdministerFundInput", terms, "{ id }");
  const launch = { launchDate: NAV_DATES[0], launchPrice: "100" };
  const one = { fundId, code: "A", name: "A", isin: "QSFUNDA00013", ...launch };
  const shareClass = await give<Named>("openShareClass", "OpenShareClassInput", one, "{ id }");
  const investors = Array.from({ length: ORDERS }, (_, index) => ({
    reference: `K-${index}`,
    kind: "PERSON",
    taxCountry: "LU",
    kycState: "CLEARED",
    person: { name: `Investor ${index}` },
  }));
  const { ids } = await give<{ readonly ids: string[] }>(
    "registerInvestors",
    "RegisterInvestorsInput",
    { investors },
    "{ ids }",
  );
  return { fundId, classId: shareClass.id, investors: ids };
}

type Fund = Awaited<ReturnType<typeof openFund>>;

/** An order of each investor for a day, and the preview of its NAV. */
async function preview({ fundId, classId, investors }: Fund, navDate: string): Promise<string> {
  const orders = investors.map((investorId) => ({
    kind: "SUBSCRIPTION",
    classId,
    investorId,
    amount: "100.00",
    receivedAt: `${navDate}T08:00:00Z`,
    idempotencyKey: `${navDate} ${investorId}`,
  }));
  const bulk = { orders, mode: "ATOMIC" };
  await give("placeOrders", "PlaceOrdersInput", bulk, "{ placed }");
  const input = { fundId, navDate };
  return (await give<Named>("calculateNav", "CalculateNavInput", input, "{ id }")).id;
}

const COUNT = `
  SELECT (SELECT count(*)::int FROM event e WHERE e.book_id = v.book_id AND e.type = 'NavPublished'
      AND e.payload ->> 'valuationId' = v.id::text) AS published,
    (SELECT count(*)::int FROM class_nav n WHERE n.valuation_id = v.id) AS navs,
    (SELECT count(*)::int FROM investor_order o WHERE o.valuation_id = v.id) AS dealt
  FROM valuation v WHERE v.id = $1`;

const NOTHING = { published: 0, navs: 0, dealt: 0 };
const ALL = { published: 1, navs: 1, dealt: ORDERS };

/** What there is of a publication, in one snapshot. */
async function stored(client: DatabaseClient, id: string): Promise<unknown> {
  return (await client.query(COUNT, [id])).rows[0];
}

const WAITING = `
  SELECT FROM pg_locks WHERE NOT granted AND relation = 'class_nav'::regclass`;

/** Publishes, and kills when the publication has stored its events and waits to store its NAVs. */
async function publishUnderKill(id: string, kill: () => Promise<void>) {
  const pool = createPool({ url: underKill().administratorUrl, logger });
  const found: { before?: unknown; published?: Promise<Published> } = {};
  // A killed database takes the lock with it, and the transaction that waits for it.
  const locked = withTransaction(pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
    await client.query("LOCK TABLE class_nav IN EXCLUSIVE MODE");
    found.published = publish(id);
    while ((await client.query(WAITING)).rowCount === 0) await sleep(20);
    found.before = await stored(client, id);
    await kill();
  });
  const [{ status }] = await Promise.allSettled([locked]);
  await pool.end();
  return { lock: status, before: found.before, published: await found.published };
}

/** Repeats the request until there is an answer. */
const publish = (id: string): Promise<Published> =>
  askUntilAnswered<Published>(PUBLISH, { id }, { token: APPROVER, key: id });

/** Tests that a publication that is killed on its way takes effect once or not at all. */
export function testKilledPublications(): void {
  test("a NAV that is killed while it is published is stored whole or not at all, and published once", async () => {
    const ledger = underKill();
    const fund = await openFund();
    const answers: Published[] = [];
    for (const [index, navDate] of NAV_DATES.entries()) {
      const id = await preview(fund, navDate);
      const kill = index === 0 ? () => ledger.killDatabase() : () => ledger.killService();
      const { lock, before, published } = await publishUnderKill(id, kill);
      const again = await publish(id);
      expect(published?.publishNav).toMatchObject({ state: "PUBLISHED" });
      expect(again.publishNav).toEqual({ ...published?.publishNav, replayed: true });
      answers.push(again);
      const pool = createPool({ url: ledger.databaseUrl, logger });
      onTestFinished(() => pool.end());
      const book = { tenantId: DEMO_TENANT_ID, bookId: fund.fundId };
      const after = await withTransaction(pool, book, (client) => stored(client, id));
      const ofLock = index === 0 ? "rejected" : "fulfilled";
      expect([lock, before, after]).toEqual([ofLock, NOTHING, ALL]);
      expect(await verifyBook(pool, book)).toMatchObject({ sound: true });
    }
    expect(answers.map(({ publishNav }) => publishNav.classes)).toEqual([
      [{ units: "0.0000", navPerUnit: null }],
      [{ units: `${ORDERS}.0000`, navPerUnit: "100.0000" }],
    ]);
  });
}
