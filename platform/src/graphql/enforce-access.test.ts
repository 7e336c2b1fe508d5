import { execute, parse, subscribe, type ExecutionResult } from "graphql";
import { beforeEach, expect, test } from "vitest";
import type { RequestContext } from "../context.ts";
import { callerFromClaims } from "../auth/map-claims.ts";
import { testContext } from "../testing/test-context.ts";
import { buildSubgraph, printSubgraph } from "./build-subgraph.ts";
import { unruledFields } from "./unruled-fields.ts";
import { resolved, vaults } from "./vault.fixture.ts";

const schema = buildSubgraph(vaults);
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

test("the decorators are the federation directives", () => {
  const sdl = printSubgraph(vaults);
  expect(sdl).toContain('type Vault @requiresScopes(scopes: [["vault:read"]]) @key(fields: "id")');
  expect(sdl).toContain('gold: String! @requiresScopes(scopes: [["gold:read"]])');
  expect(sdl).toMatch(
    /openVault: String @requiresScopes\(scopes: \[\["vault:open"\], \["vault:read", "master-key"\]\]\) @policy\(policies: \[\["mfa"\]\]\)/,
  );
  expect(sdl).toContain("vault: Vault @authenticated");
  expect(sdl).toContain('visited: String @requiresScopes(scopes: [["guests:read"]])');
  expect(sdl).toMatch(/@link\(.*"@authenticated", "@requiresScopes", "@policy"/);
});

test.each<[string, RequestContext, string[]]>([
  ["{ vault { id } }", as("nothing"), ["FORBIDDEN"]],
  ["{ vault { id } }", as("vault:read"), []],
  ["{ vault { gold } }", as("vault:read"), ["FORBIDDEN"]],
  ["{ vault { gold } }", as("vault:read gold:read"), []],
  ["mutation { openVault }", as("vault:open"), ["STEP_UP_REQUIRED"]],
  ["mutation { openVault }", as("nothing"), ["FORBIDDEN"]],
  ["mutation { openVault }", as("nothing", "mfa"), ["FORBIDDEN"]],
  ["mutation { openVault }", as("vault:read", "mfa"), ["FORBIDDEN"]],
  ["mutation { openVault }", as("vault:read master-key", "mfa"), []],
  ["mutation { openVault }", as("vault:open", "mfa"), []],
  ["mutation { openVault }", testContext({ scopes: ["vault:open"] }), []],
])("%s is decided by the scopes and factors of the caller", async (text, request, codes) => {
  expect(codesOf(await run(text, request))).toEqual(codes);
});

test("what is refused was not begun", async () => {
  await run("{ vault { id } }", as("nothing"));
  await run("mutation { openVault }", as("vault:open"));
  expect(resolved).toEqual([]);
});

test("a subscription is refused before it has events", async () => {
  const document = parse("subscription { vaultOpened { id } }");
  const refused = await subscribe({ schema, document, contextValue: { request: as("nothing") } });
  expect(codesOf(refused as ExecutionResult)).toEqual(["FORBIDDEN"]);
  expect(resolved).toEqual([]);
  const allowed = await subscribe({
    schema,
    document,
    contextValue: { request: as("vault:read") },
  });
  expect(Symbol.asyncIterator in allowed).toBe(true);
});

test("references from the graph obey the rules of their types and fields", async () => {
  const text = `{ _entities(representations: [
    { __typename: "Vault", id: "v" }, { __typename: "Guest", id: "g" }
  ]) { __typename ... on Guest { name visited } } }`;
  const asked = await run(text, as("guests:read"));
  expect(codesOf(asked)).toEqual(["FORBIDDEN"]);
  expect(asked.data?.["_entities"]).toEqual([
    null,
    { __typename: "Guest", name: "ann", visited: "visited by g" },
  ]);
  expect(codesOf(await run(text, as("vault:read")))).toEqual(["FORBIDDEN"]);
});

test("fields through which anybody could come in are named", () => {
  expect(unruledFields(printSubgraph(vaults))).toEqual(["Guest.name", "Query.forgotten"]);
});

test("a policy that nobody enforces is refused when the schema is built", () => {
  expect(() => unruledFields('type Query { a: Int @policy(policies: [["full-moon"]]) }')).toThrow(
    "full-moon",
  );
});
