import type { AuditEvent } from "@allfunds/platform/audit";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { testContext } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BookFixture } from "../feed/book.fixture.ts";
import { openDatabase } from "../service.fixture.ts";
import type { OpenDatabase } from "../service.fixture.ts";
import { Dismissals } from "./dismissals.ts";
import { listInsights } from "./insight-store.ts";
import type { InsightFilter } from "./insight-store.ts";

let database: OpenDatabase;
const audited: AuditEvent[] = [];
const tenantId = newId();
const request = testContext({ tenantId });
const book = new BookFixture(tenantId);

/** Twelve rents of which the price rose 30 %, and a bill that was paid twice. */
const events = [
  ...book.opening,
  ...Array.from({ length: 12 }, (_, index) =>
    book.post({
      amount: index < 7 ? "-1000.00" : "-1300.00",
      description: "OFFICE RENT",
      counterparty: "Landlord",
      date: `2025-${String(index + 1).padStart(2, "0")}-05`,
    }),
  ),
  ...[0, 1].map(() =>
    book.post({ amount: "-900.00", description: "Translation", counterparty: "Agency" }),
  ),
];

const list = (filter: InsightFilter = {}, after = null) =>
  listInsights(database.reads, tenantId, { fundId: book.fundId, after, limit: 50, filter });
const kindsOf = async (filter: InsightFilter) => (await list(filter)).map(({ kind }) => kind);
const asSeen = (date: string) => database.examine(new Date(`${date}T12:00:00Z`));

beforeAll(async () => {
  database = await openDatabase();
  await database.apply(events);
  await asSeen("2026-01-20");
});
afterAll(() => database.drop());

describe("the insights of a fund", () => {
  test("are of transactions, of series and of the day, with severity and transactions", async () => {
    const rents = expect.arrayContaining([expect.any(String)]);
    expect(await list()).toMatchObject([
      { kind: "POSSIBLE_DUPLICATE", severity: "MEDIUM", transactionIds: { length: 2 } },
      {
        kind: "MISSING_PAYMENT",
        effectiveDate: "2026-01-05",
        transactionIds: rents,
        message: expect.stringContaining("is overdue since 2026-01-05"),
      },
      {
        kind: "PRICE_CHANGE",
        severity: "MEDIUM",
        effectiveDate: "2025-08-05",
        message: expect.stringContaining("price rose 30 %, from 1000.00 to 1300.00 EUR"),
      },
    ]);
  });

  test("are filtered by kind, severity and date", async () => {
    expect(await kindsOf({ kinds: ["PRICE_CHANGE"] })).toEqual(["PRICE_CHANGE"]);
    expect(await kindsOf({ severities: ["LOW"] })).toEqual(["MISSING_PAYMENT"]);
    expect(await kindsOf({ to: "2025-12-31" })).toEqual(["PRICE_CHANGE"]);
  });

  test("stay dismissed after a rebuild, and are in the audit log once", async () => {
    const dismissals = new Dismissals({
      pool: database.pool,
      audit: (event) => audited.push(event),
    });
    const [duplicate] = await list({ kinds: ["POSSIBLE_DUPLICATE"] });
    const id = duplicate?.insightId ?? "";
    await dismissals.dismiss(request, database.reads, id, "two invoices");
    await dismissals.dismiss(request, database.reads, id, "again");
    const before = await list();
    await withTransaction(database.pool, { tenantId }, (client) =>
      client.query("TRUNCATE account, movement, insight, expectation, examination_mark"),
    );
    await database.apply(events);
    await asSeen("2026-01-20");
    const strip = (insights: typeof before) => insights.map(({ createdAt: _at, ...rest }) => rest);
    expect(strip(await list())).toEqual(strip(before));
    expect(await list({ dismissed: true })).toMatchObject([
      { insightId: id, dismissal: { reason: "two invoices", dismissedBy: "test" } },
    ]);
    await dismissals.restore(request, database.reads, id);
    expect(await list({ dismissed: true })).toEqual([]);
    expect(audited.map(({ subject, detail }) => [subject, detail?.["change"]])).toEqual([
      ["Insight.dismissal", "DISMISS"],
      ["Insight.dismissal", "RESTORE"],
    ]);
  });

  test("are refused as absent to callers of another tenant", async () => {
    const [insight] = await list();
    const dismissals = new Dismissals({ pool: database.pool });
    const foreign = testContext({ tenantId: newId() });
    await expect(
      dismissals.dismiss(foreign, database.reads, insight?.insightId ?? "", null),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("of missing payments end when the payment has come", async () => {
    const late = book.post({
      amount: "-1300.00",
      description: "OFFICE RENT",
      counterparty: "Landlord",
      date: "2026-01-09",
    });
    await database.apply([late]);
    await asSeen("2026-01-23");
    expect(await kindsOf({ kinds: ["MISSING_PAYMENT"] })).toEqual([]);
  });
});
