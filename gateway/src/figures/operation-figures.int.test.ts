import { afterAll, beforeAll, expect, it } from "vitest";
import { openService, type OpenService } from "../service.fixture.ts";

let gateway: OpenService;
beforeAll(async () => {
  gateway = await openService();
});
afterAll(() => gateway.close());

const metrics = async (): Promise<string> => (await fetch(new URL("/metrics", gateway.url))).text();

it("counts operations by name, type and code, and names beyond the limit as others", async () => {
  await gateway.run("query Held { held }");
  await gateway.run("query Failing { broken }");
  await gateway.run("query Wrong { nothing }");
  for (let index = 0; index < 200; index += 1) await gateway.run(`query Name${index} { held }`);

  const lines = (await metrics()).split("\n");
  const countOf = (operation: string, code: string) =>
    lines.find(
      (line) =>
        line.startsWith("gateway_operations_total{") &&
        line.includes(`operation="${operation}",type="query",code="${code}"`),
    );
  expect(countOf("Held", "OK")).toMatch(/ 1$/);
  expect(countOf("Failing", "INTERNAL_ERROR")).toMatch(/ 1$/);
  expect(countOf("Wrong", "GRAPHQL_VALIDATION_FAILED")).toMatch(/ 1$/);
  expect(countOf("other", "OK")).toMatch(/ 3$/);
});
