import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ROLES, SCOPES } from "./roles-and-scopes.ts";

const supergraph = readFileSync(
  fileURLToPath(new URL("../../../../gateway/supergraph.graphql", import.meta.url)),
  "utf8",
);
// Scopes of internal services are not assigned by hand.
const OWN_SERVICES = ["feed:read", "audit:write"];

test("lists every scope that the graph requires", () => {
  const required = [...supergraph.matchAll(/@requiresScopes\(scopes: (\[\[.*?\]\])\)/g)]
    .flatMap(([, scopes = "[]"]) => (JSON.parse(scopes) as string[][]).flat())
    .filter((scope) => !OWN_SERVICES.includes(scope));
  const listed = new Set<string>(SCOPES);
  expect([...new Set(required)].filter((scope) => !listed.has(scope))).toEqual([]);
});

test("lists every role of the graph", () => {
  const described = /One or more of (.*?)\./.exec(supergraph)?.[1] ?? "";
  expect(described.split(/, | and /).toSorted()).toEqual(ROLES.toSorted());
});
