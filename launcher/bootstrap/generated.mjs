import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./terminal.mjs";
import { compile, runProgram } from "./tools.mjs";

/**
 * The programs that write files which are committed, in the order in which they depend on each other.
 * Without arguments each writes its files; with `--check` it compares them and fails when they differ.
 * Most run from `dist`: `compiled` names the packages that must be, where all would be too much, because
 * some of them compile only against what is written; false when none must.
 */
const GENERATORS = [
  { name: "kernels", program: "subgraphs/metrics/assembly/compile.mjs", compiled: false },
  {
    name: "graph",
    program: "graph-tools/dist/generate-types.js",
    compiled: [
      "subgraphs/ledger",
      "subgraphs/analytics",
      "subgraphs/metrics",
      "identity",
      "gateway",
      "graph-tools",
    ],
  },
  { name: "supergraph", program: "gateway/dist/compose.js" },
  { name: "metrics", program: "subgraphs/metrics/dist/metrics-document.js" },
  { name: "configuration", program: "launcher/bootstrap/configuration-document.mjs" },
  { name: "openapi", program: "rest-bridge/dist/openapi.js" },
  { name: "client", program: "rest-bridge/dist/client/write-client.js" },
];

/** What clients see of the graph as it was composed last; to compose it takes longer than to type its clients. */
const COMPOSED_API = join(ROOT, "node_modules/.cache/composed-api.graphql");

/** How two of the comparisons share one composition. */
const SHARING = {
  supergraph: {
    args: ["--api", COMPOSED_API],
    prepare: () => {
      mkdirSync(dirname(COMPOSED_API), { recursive: true });
      rmSync(COMPOSED_API, { force: true });
    },
  },
  // It compares when the supergraph is out of date, too.
  graph: { args: ["--schema", COMPOSED_API], after: ["supergraph"] },
};

/** A step for each generator that refuses files which are not what the sources lead to. */
export const compareGenerated = () => [...comparisons(false), ...comparisons(true)];

/** Steps that wait for another of them stand behind it. */
const comparisons = (waiting) =>
  GENERATORS.filter(({ name }) => Boolean(SHARING[name]?.after) === waiting).map(compare);

function compare({ name, program, compiled }) {
  const { args = [], after = [], prepare } = SHARING[name] ?? {};
  return {
    name,
    after,
    ...(compiled === false ? {} : { needs: ["types"] }),
    run: () => {
      prepare?.();
      return runProgram(program, "--check", ...args);
    },
  };
}

/** A step for each generator that compiles what it needs and writes its files. */
export const writeGenerated = () =>
  GENERATORS.map(({ name, program, compiled = [] }) => ({
    name,
    run: async () => {
      const result = compiled === false ? { ok: true } : await compile(compiled);
      return result.ok ? runProgram(program) : result;
    },
  }));
