import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseMeshPolicy } from "./mesh-policy.ts";

const parse = (policy: unknown) => parseMeshPolicy(JSON.stringify(policy));

describe("a mesh policy", () => {
  it("lets a service call itself, and names its hosts when the file does not", () => {
    const { services } = parse({ services: { ledger: { callers: ["gateway"] } } });
    expect(services.get("ledger")).toMatchObject({
      callers: new Set(["gateway", "ledger"]),
      hosts: ["ledger", "tasks.ledger"],
      calls: {},
    });
  });

  it("takes only what it states of calls", () => {
    const { calls, services } = parse({
      calls: { retryShare: 0 },
      services: { ledger: { callers: [], calls: { hedgeAfterMs: 50 } } },
    });
    expect(calls).toEqual({ retryShare: 0 });
    expect(services.get("ledger")?.calls).toEqual({ hedgeAfterMs: 50 });
  });

  it.each([
    [{ services: { ledger: { callers: ["*"] } } }, /name of a service/],
    [{ services: { ledger: { callers: [], retries: 3 } } }, /retries/],
    [{ services: { ledger: { callers: [], timeLimitMs: 0 } } }, /timeLimitMs/],
    [{ services: { ledger: {} } }, /callers/],
    [{}, /services/],
  ])("is refused when it is %j", (policy, reason) => {
    expect(() => parse(policy)).toThrow(reason);
  });

  it("of the stack lets no subgraph be called by the proxy", () => {
    const file = new URL("../../../docker/mesh-policy.json", import.meta.url);
    const { services } = parseMeshPolicy(readFileSync(file, "utf8"));
    const called = [...services].filter(([, { callers }]) => callers.has("proxy"));
    expect(called.map(([name]) => name)).toEqual(["gateway", "identity", "rest-bridge", "web"]);
  });
});
