import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeSupergraph, describeDrift } from "./compose-supergraph.ts";
import { readSubgraphList } from "./read-subgraph-list.ts";

const listOf = (url: string, schema = "node print.js") =>
  readSubgraphList(`subgraphs: { ledger: { url: "${url}", schema: "${schema}" } }`);

describe("readSubgraphList", () => {
  it("returns the default URL when a variable may replace it", () => {
    expect(listOf("${LEDGER_URL:-http://127.0.0.1:4001}/graphql")).toEqual([
      { name: "ledger", url: "http://127.0.0.1:4001/graphql", schemaCommand: ["node", "print.js"] },
    ]);
  });

  it.each([
    [
      "a URL when its variable is not the one the gateway reads",
      "${BOOKS_URL:-http://127.0.0.1:4001}/graphql",
      "LEDGER_URL",
    ],
    ["a URL when it is not one", "nowhere", "is not a URL"],
  ])("refuses %s", (_name, url, reason) => {
    expect(() => listOf(url)).toThrow(reason);
  });

  it("refuses an entry when it has unknown fields", () => {
    expect(() => readSubgraphList("subgraphs: { a: { address: x } }")).toThrow("supergraph.yaml");
  });
});

describe("composeSupergraph", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "compose-"));
    await writeFile(join(folder, "print.js"), "process.stdout.write(`type Query { a: Int }`)");
    await writeFile(join(folder, "broken.js"), "process.stdout.write(`type Query { a: Nothing }`)");
  });
  afterAll(async () => rm(folder, { recursive: true }));

  it("composes the printed schemas with their URLs when all commands work", async () => {
    expect(await composeSupergraph(listOf("http://127.0.0.1:4001/graphql"), folder)).toContain(
      `LEDGER @join__graph(name: "ledger", url: "http://127.0.0.1:4001/graphql")`,
    );
  });

  it.each([
    ["do not compose", "node broken.js", "do not compose"],
    ["cannot be printed", "node missing.js", "did not print its schema"],
  ])("throws the reasons when schemas %s", async (_name, command, reason) => {
    await expect(
      composeSupergraph(listOf("http://127.0.0.1:1/graphql", command), folder),
    ).rejects.toThrow(reason);
  });

  it("describes the first difference when a committed document is not the composed one", () => {
    expect(describeDrift("a\nb\n", "a\nb\n")).toBeUndefined();
    expect(describeDrift("a\nb\n", "a\nc\n")).toBe("line 2:\n  - b\n  + c");
  });
});
