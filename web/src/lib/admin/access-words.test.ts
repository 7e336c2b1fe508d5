import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ROLES, SCOPES } from "./access-words.ts";

const supergraph = readFileSync(
  fileURLToPath(new URL("../../../../gateway/supergraph.graphql", import.meta.url)),
  "utf8",
);
// Scopes of the system's own services are given to nobody by hand.
const OWN_SERVICES = ["feed:read", "audit:write"];

test("every scope the graph asks for can be given, and is explained", () => {
  const asked = [...supergraph.matchAll(/@requiresScopes\(scopes: (\[\[.*?\]\])\)/g)]
    .flatMap(([, scopes = "[]"]) => (JSON.parse(scopes) as string[][]).flat())
    .filter((scope) => !OWN_SERVICES.includes(scope));
  const known = new Set<string>(SCOPES.map(([scope]) => scope));
  expect([...new Set(asked)].filter((scope) => !known.has(scope))).toEqual([]);
});

test("every role the graph knows can be given", () => {
  const described = /One or more of (.*?)\./.exec(supergraph)?.[1] ?? "";
  expect(described.split(/, | and /).toSorted()).toEqual(ROLES.map(([role]) => role).toSorted());
});
