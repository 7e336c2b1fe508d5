import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { readAccessDocument, type AccessRow, type Cell } from "./access-document.fixture.ts";
import { rulesOfGraph, type GraphRule } from "./graph-rules.fixture.ts";
import { ALL_ROLES, needsMfa, scopesOf, type Role } from "./roles.ts";

let document: AccessRow[];
let rules: Map<string, GraphRule | undefined>;
beforeAll(async () => {
  const supergraph = new URL("../../../gateway/supergraph.graphql", import.meta.url);
  rules = rulesOfGraph(await readFile(supergraph, "utf8"));
  document = await readAccessDocument();
});

type Verdict = "allowed" | "FORBIDDEN" | "STEP_UP_REQUIRED";

/** The graph's verdict on a user of the role who signed in with this acr. */
function verdictOf({ scopes, mfa }: GraphRule, role: Role, acr: "pwd" | "mfa"): Verdict {
  const held: readonly string[] = scopesOf([role], acr);
  const met = scopes.every((groups) =>
    groups.some((group) => group.every((scope) => held.includes(scope))),
  );
  if (!met) return "FORBIDDEN";
  return mfa && acr !== "mfa" ? "STEP_UP_REQUIRED" : "allowed";
}

function cellOf(rule: GraphRule, role: Role): Cell {
  const atFirst = verdictOf(rule, role, needsMfa([role]) ? "mfa" : "pwd");
  const atMost = verdictOf(rule, role, "mfa");
  if (atFirst === "allowed") return "yes";
  return atFirst === "STEP_UP_REQUIRED" && atMost === "allowed" ? "mfa" : "";
}

function needsOf({ scopes, mfa }: GraphRule): string {
  const wanted = [
    ...new Set(scopes.map((groups) => groups.map((group) => group.join(" and ")).join(" or "))),
  ];
  return [...(wanted.length === 0 ? ["signed in"] : wanted), ...(mfa ? ["mfa"] : [])].join(", ");
}

test("every operation has a rule", () => {
  const unruled = [...rules].filter(([, rule]) => rule === undefined).map(([name]) => name);
  expect(unruled).toEqual([]);
});

test("the graph allows every role exactly what the reviewed table lists", () => {
  const computed = Object.fromEntries(
    [...rules].map(([operation, rule]) => {
      if (rule === undefined) return [operation, "no rule"];
      const cells = Object.fromEntries(ALL_ROLES.map((role) => [role, cellOf(rule, role)]));
      return [operation, { needs: needsOf(rule), cells }];
    }),
  );
  const reviewed = Object.fromEntries(
    document.map(({ operation, needs, cells }) => [operation, { needs, cells }]),
  );
  expect(computed).toEqual(reviewed);
});

test("no operation is in the table twice", () => {
  const names = document.map(({ operation }) => operation);
  expect(names).toHaveLength(new Set(names).size);
});
