import { getNamedType, parse, TypeInfo, visit, visitWithTypeInfo, type ASTNode } from "graphql";
import { describe, expect, it } from "vitest";
import { allEndpoints } from "../endpoints/endpoints.ts";
import type { Endpoint } from "../endpoint.ts";
import { realSchema } from "../stand-in/serve-graph.fixture.ts";

interface Rules {
  readonly scopes: Set<string>;
  secondFactor: boolean;
}

/** Reads `@requiresScopes(scopes: [["a", "b"]])` and `@policy(policies: [["mfa"]])` of a field or type. */
function collect(node: ASTNode | null | undefined, rules: Rules): void {
  const { directives = [] } = (node ?? {}) as Extract<ASTNode, { kind: "FieldDefinition" }>;
  for (const { name, arguments: given = [] } of directives) {
    const words = given.flatMap((argument) => quoted(argument));
    if (name.value === "requiresScopes") for (const scope of words) rules.scopes.add(scope);
    if (name.value === "policy") rules.secondFactor ||= words.includes("mfa");
  }
}

function quoted(node: ASTNode): string[] {
  const found: string[] = [];
  visit(node, { StringValue: ({ value }) => void found.push(value) });
  return found;
}

/** What the graph asks of whoever sends the endpoint's operations. */
async function rulesOf({ operations }: Endpoint): Promise<Rules> {
  const rules: Rules = { scopes: new Set(), secondFactor: false };
  const info = new TypeInfo(await realSchema());
  for (const { document } of operations) {
    const field = (): void => {
      collect(info.getFieldDef()?.astNode, rules);
      collect(getNamedType(info.getType())?.astNode, rules);
    };
    visit(parse(document), visitWithTypeInfo(info, { Field: field }));
  }
  return rules;
}

describe("every endpoint asks for what the graph asks for, no less and no more:", () => {
  it.each(allEndpoints.map((endpoint) => [endpoint.docs.operationId, endpoint] as const))(
    "%s",
    async (_name, endpoint) => {
      const { scopes, secondFactor } = await rulesOf(endpoint);
      expect(new Set(endpoint.access.scopes)).toEqual(scopes);
      expect(endpoint.access.secondFactor ?? false).toBe(secondFactor);
    },
  );
});
