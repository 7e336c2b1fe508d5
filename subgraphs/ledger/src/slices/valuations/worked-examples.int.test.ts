import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import { openGraph, signedIn, type LedgerGraph } from "../../ledger-graph.fixture.ts";
import { playExample } from "./worked-example.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
const tenantId = newId();
const now = new Date("2026-12-01T00:00:00.000Z");
const of = { overrides: { tenantId, now } };
const people = { maker: signedIn("ann", of), approver: signedIn("bob", of) };

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

test("a month of two classes in two currencies is right to the cent at every NAV", async () => {
  const kept = await playExample(graph, people, "fund-month.json");
  const bookId = kept.get("fund") ?? "";
  expect(await verifyBook(database.pool, { tenantId, bookId })).toMatchObject({ sound: true });
});
