import { parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { allEndpoints } from "./endpoints/endpoints.ts";
import { realSchema } from "./graph.fixture.ts";

const operations = allEndpoints.flatMap((endpoint) => endpoint.operations);

describe("every operation is valid on the composed graph:", () => {
  it.each(operations.map((operation) => [operation.name, operation] as const))(
    "%s",
    async (_name, { document }) => {
      const problems = validate(await realSchema(), parse(document));
      expect(problems.map(({ message }) => message)).toEqual([]);
    },
  );
});

it("gives every operation a name of its own", () => {
  const names = operations.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
