import { execute, parse, subscribe, type ExecutionResult } from "graphql";
import { beforeEach, expect, test } from "vitest";
import type { RequestContext } from "../context.ts";
import { callerFromClaims } from "@allfunds/contract/claims";
import { testContext } from "../testing/test-context.ts";
import { buildSubgraph, printSubgraph } from "./build-subgraph.ts";
import { unruledFields } from "./unruled-fields.ts";
import { resolved, library } from "./library.fixture.ts";

const schema = buildSubgraph(library);
beforeEach(() => {
  resolved.length = 0;
});

const caller = (acr: "mfa" | "pwd") =>
  callerFromClaims({ sub: "ann", client_id: "web", tenant: "t", acr, exp: 1_900_000_000 });
const as = (scopes: string, acr: "mfa" | "pwd" = "pwd"): RequestContext =>
  testContext({ scopes: scopes.split(" "), caller: caller(acr) });

const codesOf = ({ errors }: ExecutionResult): unknown =>
  errors?.map(({ originalError }) => (originalError as { code?: unknown } | undefined)?.code) ?? [];

const run = async (text: string, request: RequestContext) =>
  execute({ schema, document: parse(text), contextValue: { request } });

test("prints federation directives when the schema has access decorators", () => {
  const sdl = printSubgraph(library);
  expect(sdl).toContain('type Shelf @requiresScopes(scopes: [["shelf:read"]]) @key(fields: "id")');
  expect(sdl).toContain('rareBook: String! @requiresScopes(scopes: [["rare:read"]])');
  expect(sdl).toMatch(
    /openShelf: String @requiresScopes\(scopes: \[\["shelf:open"\], \["shelf:read", "staff"\]\]\) @policy\(policies: \[\["mfa"\]\]\)/,
  );
  expect(sdl).toContain("shelf: Shelf @authenticated");
  expect(sdl).toContain('visited: String @requiresScopes(scopes: [["readers:read"]])');
  expect(sdl).toMatch(/@link\(.*"@authenticated", "@requiresScopes", "@policy"/);
});

test.each<[string, RequestContext, string[]]>([
  ["{ shelf { id } }", as("nothing"), ["FORBIDDEN"]],
  ["{ shelf { id } }", as("shelf:read"), []],
  ["{ shelf { rareBook } }", as("shelf:read"), ["FORBIDDEN"]],
  ["{ shelf { rareBook } }", as("shelf:read rare:read"), []],
  ["mutation { openShelf }", as("shelf:open"), ["STEP_UP_REQUIRED"]],
  ["mutation { openShelf }", as("nothing"), ["FORBIDDEN"]],
  ["mutation { openShelf }", as("nothing", "mfa"), ["FORBIDDEN"]],
  ["mutation { openShelf }", as("shelf:read", "mfa"), ["FORBIDDEN"]],
  ["mutation { openShelf }", as("shelf:read staff", "mfa"), []],
  ["mutation { openShelf }", as("shelf:open", "mfa"), []],
  ["mutation { openShelf }", testContext({ scopes: ["shelf:open"] }), []],
])(
  "allows or refuses by scopes and factors when a client sends %s",
  async (text, request, codes) => {
    expect(codesOf(await run(text, request))).toEqual(codes);
  },
);

test("resolves nothing when the operation is refused", async () => {
  await run("{ shelf { id } }", as("nothing"));
  await run("mutation { openShelf }", as("shelf:open"));
  expect(resolved).toEqual([]);
});

test("refuses a subscription before its first event when a scope is missing", async () => {
  const document = parse("subscription { shelfOpened { id } }");
  const refused = await subscribe({ schema, document, contextValue: { request: as("nothing") } });
  expect(codesOf(refused as ExecutionResult)).toEqual(["FORBIDDEN"]);
  expect(resolved).toEqual([]);
  const allowed = await subscribe({
    schema,
    document,
    contextValue: { request: as("shelf:read") },
  });
  expect(Symbol.asyncIterator in allowed).toBe(true);
});

test("applies the rules of types and fields when the gateway resolves references", async () => {
  const text = `{ _entities(representations: [
    { __typename: "Shelf", id: "v" }, { __typename: "Reader", id: "g" }
  ]) { __typename ... on Reader { name visited } } }`;
  const answer = await run(text, as("readers:read"));
  expect(codesOf(answer)).toEqual(["FORBIDDEN"]);
  expect(answer.data?.["_entities"]).toEqual([
    null,
    { __typename: "Reader", name: "ann", visited: "visited by g" },
  ]);
  expect(codesOf(await run(text, as("shelf:read")))).toEqual(["FORBIDDEN"]);
});

test("lists fields when neither they nor their types have a rule", () => {
  expect(unruledFields(printSubgraph(library))).toEqual(["Reader.name", "Query.unprotected"]);
});

test("throws when the schema has a policy that is not enforced", () => {
  expect(() => unruledFields('type Query { a: Int @policy(policies: [["full-moon"]]) }')).toThrow(
    "full-moon",
  );
});
