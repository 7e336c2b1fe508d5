import { expect, it } from "vitest";
import { readCommandLine } from "./command-line.ts";

it("reads a supergraph and a port, both optional", () => {
  expect(readCommandLine([])).toEqual({ supergraph: undefined, port: undefined });
  expect(readCommandLine(["--supergraph", "a.graphql", "--port", "5000"])).toEqual({
    supergraph: "a.graphql",
    port: 5000,
  });
});

it.each([
  ["a port that is none", ["--port", "0"], "--port must be 1 to 65535"],
  ["a port that is no number", ["--port", "x"], "--port must be 1 to 65535"],
  ["an unknown flag", ["--nothing"], "Unknown option"],
  ["a stray word", ["a.graphql"], "Unexpected argument"],
])("refuses %s", (_name, args, reason) => {
  expect(() => readCommandLine(args)).toThrow(reason);
});
