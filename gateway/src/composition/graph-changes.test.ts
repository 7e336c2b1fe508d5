import { composeServices } from "@apollo/composition";
import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { daysAgo, type UseCount } from "../usage/usage-stores.ts";
import { compareGraphs } from "./compare-graphs.ts";
import { GraphVersion } from "./graph-changes.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@requiresScopes"])`;
const LEDGER = `${LINK}
  type Query { fund(id: ID!, strict: Boolean): Fund }
  type Mutation { open(input: FundInput!): Fund }
  input FundInput { name: String! note: String }
  enum Kind { OPEN CLOSED }
  type Fund @key(fields: "id") @key(fields: "name") { id: ID! name: String! size: Int kind: Kind }`;
const METRICS = `${LINK} type Fund @key(fields: "id") { id: ID! nav: Int }`;

function versionOf(ledger: string): GraphVersion {
  const { supergraphSdl = "" } = composeServices([
    { name: "ledger", url: "http://ledger", typeDefs: parse(ledger) },
    { name: "metrics", url: "http://metrics", typeDefs: parse(METRICS) },
  ]);
  return new GraphVersion(supergraphSdl);
}

const PUBLISHED = versionOf(LEDGER);
const use = (coordinate: string, more: Partial<UseCount> = {}): UseCount => ({
  tenantId: "t",
  client: "web",
  version: "1.2",
  coordinate,
  day: daysAgo(1),
  count: 7,
  ...more,
});

const compare = (change: [from: string, to: string], uses?: readonly UseCount[]) => {
  const next = LEDGER.replace(...change);
  expect(next).not.toBe(LEDGER);
  return compareGraphs(PUBLISHED, versionOf(next), uses);
};

describe("a graph that is to replace the published one", () => {
  it("is allowed when it only adds", () => {
    expect(compare(["size: Int", "size: Int depth: Int"])).toEqual({
      lines: ["0 breaking changes, 0 deprecated."],
      isBroken: false,
    });
  });

  it.each<[name: string, change: [string, string], kind: string, use: string]>([
    ["a field is gone", ["size: Int ", ""], "FIELD_REMOVED", "Fund.size"],
    ["an argument is gone", [", strict: Boolean", ""], "ARG_REMOVED", "Query.fund(strict:)"],
    ["an input field is gone", [" note: String", ""], "FIELD_REMOVED", "FundInput"],
    ["an enum value is gone", ["OPEN CLOSED", "OPEN"], "VALUE_REMOVED_FROM_ENUM", "Fund.kind"],
    [
      "a field needs a scope",
      ["size: Int", 'size: Int @requiresScopes(scopes: [["a"]])'],
      "ACCESS_RESTRICTED",
      "Fund.size",
    ],
  ])("is refused when %s that a client used", (_name, change, kind, coordinate) => {
    const refused = compare(change, [use(coordinate)]);
    expect(refused.lines[0]).toMatch(
      new RegExp(`^BREAK ${kind}: .*Used by web 1\\.2 \\(7 times\\)\\.$`),
    );
    expect(refused.isBroken).toBe(true);
    const allowed = compare(change, [use(coordinate, { day: daysAgo(45) }), use("Fund.id")]);
    expect(allowed.lines[0]).toContain("Allowed: not used in 30 days.");
    expect(allowed.isBroken).toBe(false);
    expect(compare(change).isBroken).toBe(true);
  });

  it("is refused when a key is gone, because subgraphs use it", () => {
    const { lines, isBroken } = compare([' @key(fields: "name")', ""], []);
    expect(lines[0]).toBe('BREAK KEY_REMOVED: Key "name" of Fund in subgraph LEDGER was removed.');
    expect(isBroken).toBe(true);
  });

  it("states the day of a deprecated field and who uses it, and is refused without a day", () => {
    const dated: [string, string] = [
      "size: Int",
      'size: Int @deprecated(reason: "Use nav. Removal: 2027-06-30.")',
    ];
    expect(compare(dated, [use("Fund.size")])).toEqual({
      lines: [
        "deprecated: Fund.size, to be removed 2027-06-30. Used by web 1.2 (7 times).",
        "0 breaking changes, 1 deprecated.",
      ],
      isBroken: false,
    });
    expect(compare(["size: Int", 'size: Int @deprecated(reason: "Use nav.")']).isBroken).toBe(true);
  });
});
