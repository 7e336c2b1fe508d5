import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeSupergraph } from "./compose-supergraph.ts";
import { describeDrift } from "./describe-drift.ts";
import { readSubgraphList } from "./read-subgraph-list.ts";

const listOf = (url: string, schema = "node print.js") =>
  readSubgraphList(`subgraphs: { ledger: { url: "${url}", schema: "${schema}" } }`);

describe("the list of subgraphs", () => {
  it("gives the default address of an address that can be moved", () => {
    expect(listOf("${LEDGER_URL:-http://127.0.0.1:4001}/graphql")).toEqual([
      { name: "ledger", url: "http://127.0.0.1:4001/graphql", schemaCommand: ["node", "print.js"] },
    ]);
  });

  it.each([
    [
      "a variable the gateway does not read",
      "${BOOKS_URL:-http://127.0.0.1:4001}/graphql",
      "LEDGER_URL",
    ],
    ["an address that is none", "nowhere", "is not a URL"],
  ])("refuses %s", (_name, url, reason) => {
    expect(() => listOf(url)).toThrow(reason);
  });

  it("refuses entries it does not know", () => {
    expect(() => readSubgraphList("subgraphs: { a: { address: x } }")).toThrow("supergraph.yaml");
  });
});

describe("composition", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "compose-"));
    await writeFile(join(folder, "print.js"), "process.stdout.write(`type Query { a: Int }`)");
    await writeFile(join(folder, "broken.js"), "process.stdout.write(`type Query { a: Nothing }`)");
  });
  afterAll(async () => rm(folder, { recursive: true }));

  it("asks each subgraph for its schema and names its address", async () => {
    expect(await composeSupergraph(listOf("http://127.0.0.1:4001/graphql"), folder)).toContain(
      `LEDGER @join__graph(name: "ledger", url: "http://127.0.0.1:4001/graphql")`,
    );
  });

  it.each([
    ["that do not fit", "node broken.js", "do not compose"],
    ["that are not there", "node missing.js", "did not print its schema"],
  ])("tells of schemas %s", async (_name, command, reason) => {
    await expect(
      composeSupergraph(listOf("http://127.0.0.1:1/graphql", command), folder),
    ).rejects.toThrow(reason);
  });

  it("tells where a committed document parts from the composed one", () => {
    expect(describeDrift("a\nb\n", "a\nb\n")).toBeUndefined();
    expect(describeDrift("a\nb\n", "a\nc\n")).toBe("line 2:\n  - b\n  + c");
  });
});
