import { runProgram } from "./tools.mjs";

/**
 * The programs that write files which are committed, in the order in which they depend on each other.
 * Without arguments each writes its files; with `--check` it compares them and fails when they differ.
 * They run from `dist`, so the services must be compiled.
 */
const GENERATORS = [
  { name: "supergraph", program: "gateway/dist/compose.js" },
  { name: "openapi", program: "rest-bridge/dist/openapi.js" },
];

/** A step for each generator that refuses files which are not what the sources lead to. */
export const compareGenerated = () =>
  GENERATORS.map(({ name, program }) => ({
    name,
    needs: ["types"],
    run: () => runProgram(program, "--check"),
  }));

/** A step for each generator that writes its files. */
export const writeGenerated = () =>
  GENERATORS.map(({ name, program }) => ({
    name,
    needs: ["types"],
    run: () => runProgram(program),
  }));
