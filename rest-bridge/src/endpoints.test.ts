import { readFile } from "node:fs/promises";
import {
  buildSchema,
  getNamedType,
  GraphQLEnumType,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type ASTNode,
} from "graphql";
import { beforeAll, describe, expect, it } from "vitest";
import { account } from "./accounts/account.ts";
import { category } from "./analytics/category.ts";
import { alternativesOf } from "./endpoint/access.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import { PRICE_INTERVALS, side } from "./endpoint/scalars.ts";
import { allEndpoints } from "./endpoints.ts";
import { hold } from "./holds/hold.ts";
import { job } from "./jobs/job.ts";
import { frequency, FUND_METRICS } from "./metrics/forecasts.ts";
import { ANCHOR_NAMES, AVERAGE_NAMES, INDICATOR_NAMES } from "./metrics/indicator-request.ts";
import { METRIC_NAMES } from "./metrics/metric-names.ts";
import { metric } from "./metrics/metrics.ts";
import { PRICE_KINDS } from "./prices/prices.ts";
import { proposal } from "./proposals/proposal.ts";
import { TRADE_SIDES, TRADE_STATUSES } from "./trades/trade.ts";
import { VALUATION_STATES } from "./valuations/valuation.ts";
import { ATTEMPT_FAULTS, DELIVERY_STATES } from "./webhooks/deliveries.ts";
import { DISABLED_REASONS, WEBHOOK_STATES } from "./webhooks/webhook.ts";

// With the access rules, which the public schema does not have.
let supergraph: ReturnType<typeof buildSchema>;
beforeAll(async () => {
  const file = new URL("../../gateway/supergraph.graphql", import.meta.url);
  supergraph = buildSchema(await readFile(file, "utf8"), { assumeValidSDL: true });
});

const operations = [...new Set(allEndpoints.flatMap((endpoint) => endpoint.operations))];

it.each(operations.map((operation) => [operation.name, operation] as const))(
  "sends %s in a form that is valid on the graph",
  (_name, { document }) => {
    const problems = validate(supergraph, parse(document));
    expect(problems.map(({ message }) => message)).toEqual([]);
  },
);

it("gives every operation a name of its own", () => {
  const names = operations.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it.each<[name: string, documented: readonly string[]]>([
  ["AccountType", account.shape.type.options],
  ["CategorySource", category.shape.source.options],
  ["EntrySide", side.options],
  ["ForecastMetric", FUND_METRICS],
  ["HoldStatus", hold.shape.status.options],
  ["JobState", job.shape.state.options],
  ["ForecastFrequency", frequency.options],
  ["IndicatorKind", INDICATOR_NAMES],
  ["MetricName", METRIC_NAMES],
  ["MovingAverageKind", AVERAGE_NAMES],
  ["TradeSide", TRADE_SIDES],
  ["TradeStatus", TRADE_STATUSES],
  ["PriceKind", PRICE_KINDS],
  ["ValuationState", VALUATION_STATES],
  ["PriceInterval", PRICE_INTERVALS],
  ["VwapAnchor", ANCHOR_NAMES],
  ["MetricUnit", metric.shape.unit.options],
  ["ProposalKind", proposal.shape.kind.options],
  ["ProposalStatus", proposal.shape.status.options],
  ["WebhookState", WEBHOOK_STATES],
  ["WebhookDisabledReason", DISABLED_REASONS],
  ["WebhookDeliveryState", DELIVERY_STATES],
  ["WebhookAttemptFault", ATTEMPT_FAULTS],
])("documents all values of %s and no others", (name, documented) => {
  const type = supergraph.getType(name);
  const values = type instanceof GraphQLEnumType ? type.getValues().map((value) => value.name) : [];
  expect(new Set(documented)).toEqual(new Set(values));
});

interface Rules {
  readonly scopes: Set<string>;
  secondFactor: boolean;
}

/** Reads `@requiresScopes(scopes: [["a", "b"]])` and `@policy(policies: [["mfa"]])` of a field or type. */
function collect(node: ASTNode | null | undefined, rules: Rules): void {
  const { directives = [] } = (node ?? {}) as Extract<ASTNode, { kind: "FieldDefinition" }>;
  for (const { name, arguments: given = [] } of directives) {
    const texts = given.flatMap((argument) => quoted(argument));
    if (name.value === "requiresScopes") for (const scope of texts) rules.scopes.add(scope);
    if (name.value === "policy") rules.secondFactor ||= texts.includes("mfa");
  }
}

function quoted(node: ASTNode): string[] {
  const found: string[] = [];
  visit(node, { StringValue: ({ value }) => void found.push(value) });
  return found;
}

/** What the graph requires of a caller who sends the endpoint's operations. */
function rulesOf({ operations: sent }: Endpoint): Rules {
  const rules: Rules = { scopes: new Set(), secondFactor: false };
  const info = new TypeInfo(supergraph);
  for (const { document } of sent) {
    const field = (): void => {
      collect(info.getFieldDef()?.astNode, rules);
      collect(getNamedType(info.getType())?.astNode, rules);
    };
    visit(parse(document), visitWithTypeInfo(info, { Field: field }));
  }
  return rules;
}

describe("an endpoint requires exactly what the graph requires:", () => {
  it.each(allEndpoints.map((endpoint) => [endpoint.docs.operationId, endpoint] as const))(
    "%s",
    (_name, endpoint) => {
      const { scopes, secondFactor } = rulesOf(endpoint);
      expect(new Set(alternativesOf(endpoint.access).flat())).toEqual(scopes);
      expect(endpoint.access.secondFactor ?? false).toBe(secondFactor);
    },
  );
});
