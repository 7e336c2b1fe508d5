import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openService } from "../service.fixture.ts";
import { TO_REVIEW } from "./prediction-store.ts";

let service: Awaited<ReturnType<typeof openService>>;

beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

test("a page of categories to review ends where the index has given its rows", async () => {
  const plan = await withTransaction(service.pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
    await client.query("SET LOCAL enable_seqscan = off");
    const page = [DEMO_TENANT_ID, newId(), Number.MAX_SAFE_INTEGER, 21];
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN ${TO_REVIEW}`, page);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  });
  expect(plan).toContain("Index Scan Backward using movement_to_review");
  expect(plan).not.toContain("Sort");
});
