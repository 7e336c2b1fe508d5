import { expect, it } from "vitest";
import { readCommandLine } from "./command-line.ts";

it("reads a supergraph, a port and whether all is open, each optional", () => {
  expect(readCommandLine([])).toEqual({ supergraph: undefined, port: undefined, open: false });
  expect(readCommandLine(["--supergraph", "a.graphql", "--port", "5000", "--open"])).toEqual({
    supergraph: "a.graphql",
    port: 5000,
    open: true,
  });
  expect(readCommandLine([], true).open).toBe(true);
});

it.each([
  ["a port that is none", ["--port", "0"], "--port must be 1 to 65535"],
  ["a port that is no number", ["--port", "x"], "--port must be 1 to 65535"],
  ["an unknown flag", ["--nothing"], "Unknown option"],
  ["a stray word", ["a.graphql"], "Unexpected argument"],
])("refuses %s", (_name, args, reason) => {
  expect(() => readCommandLine(args)).toThrow(reason);
});
