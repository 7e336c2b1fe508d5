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
  { name: "openapi", program: "rest-bridge/dist/openapi.js" },
  { name: "client", program: "rest-bridge/dist/client/write-client.js" },
];

/** A step for each generator that refuses files which are not what the sources lead to. */
export const compareGenerated = () =>
  GENERATORS.map(({ name, program, compiled }) => ({
    name,
    ...(compiled === false ? {} : { needs: ["types"] }),
    run: () => runProgram(program, "--check"),
  }));

/** A step for each generator that compiles what it needs and writes its files. */
export const writeGenerated = () =>
  GENERATORS.map(({ name, program, compiled = [] }) => ({
    name,
    run: async () => {
      const result = compiled === false ? { ok: true } : await compile(compiled);
      return result.ok ? runProgram(program) : result;
    },
  }));
