import { auditServer } from "graphql-http";
import { expect, it } from "vitest";
import { startSmallGateway } from "../small-gateway.fixture.ts";

it("passes the audits of the GraphQL-over-HTTP specification without an error", async () => {
  const gateway = await startSmallGateway();
  const results = await auditServer({ url: gateway.url, fetchFn: fetch });
  await gateway.close();
  const failed = results.filter(({ status }) => status === "error");
  expect(failed.map(({ name, id }) => `${id} ${name}`)).toEqual([]);
  expect(results.length).toBeGreaterThan(50);
});
