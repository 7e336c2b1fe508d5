import { GraphQLEnumType, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { allEndpoints } from "./endpoints/endpoints.ts";
import { FUND_METRICS } from "./endpoints/get-forecasts.ts";
import { realSchema } from "./stand-in/serve-graph.fixture.ts";
import { account } from "./shapes/account.ts";
import { category } from "./shapes/category.ts";
import { metric } from "./shapes/metric.ts";
import { hold } from "./shapes/hold.ts";
import { proposal } from "./shapes/proposal.ts";
import { side } from "./shapes/scalars.ts";

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

it.each<[name: string, documented: readonly string[]]>([
  ["AccountType", account.shape.type.options],
  ["CategorySource", category.shape.source.options],
  ["EntrySide", side.options],
  ["ForecastMetric", FUND_METRICS],
  ["HoldStatus", hold.shape.status.options],
  ["MetricUnit", metric.shape.unit.options],
  ["ProposalKind", proposal.shape.kind.options],
  ["ProposalStatus", proposal.shape.status.options],
])("documents all values of %s and no others", async (name, documented) => {
  const type = (await realSchema()).getType(name);
  const values = type instanceof GraphQLEnumType ? type.getValues().map((value) => value.name) : [];
  expect(new Set(documented)).toEqual(new Set(values));
});

it("gives every operation a name of its own", () => {
  const names = operations.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
