import { auditServer } from "graphql-http";
import { expect, it } from "vitest";
import { openService } from "../service.fixture.ts";

it("passes the audits of the GraphQL-over-HTTP specification when they run against it", async () => {
  const gateway = await openService();
  const results = await auditServer({ url: gateway.url, fetchFn: fetch });
  await gateway.close();
  const failed = results.filter(({ status }) => status === "error");
  expect(failed.map(({ name, id }) => `${id} ${name}`)).toEqual([]);
  expect(results.length).toBeGreaterThan(50);
});
