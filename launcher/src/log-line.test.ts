import { describe, expect, it } from "vitest";
import { forTerminal } from "./log-line.ts";

describe("a log line of a service", () => {
  it.each([
    ['{"level":30,"msg":"listening"}', undefined],
    ['{"level":40,"msg":"slow"}', "warning: slow"],
    ['{"level":50,"msg":"lost","err":{"message":"ECONNRESET"}}', "error: lost: ECONNRESET"],
    ['{"level":60,"err":{"message":"boom"}}', "fatal: boom"],
    ['{"level":"error","msg":"in use"}', "error: in use"],
    ['{"level":"info","msg":"listening"}', undefined],
    ["Error: it broke", "Error: it broke"],
    ["{not json", "{not json"],
    ["   ", undefined],
  ])("%s shows as %s", (line, shown) => {
    expect(forTerminal(line)?.text).toBe(shown);
  });
});
