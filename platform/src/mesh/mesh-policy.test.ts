import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseMeshPolicy } from "./mesh-policy.ts";

const parse = (policy: unknown) => parseMeshPolicy(JSON.stringify(policy));

const fileOf = (name: string): string =>
  readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8");

const policyOfStack = () => parseMeshPolicy(fileOf("docker/mesh-policy.json"));

/** The part of each service of a Compose file, by name. */
function servicesOf(file: string): ReadonlyMap<string, string> {
  const [, services = ""] = /^services:\n([^]*?)(?=^\S)/m.exec(fileOf(file)) ?? [];
  const parts = services.split(/^ {2}(?=[\w-]+:\n)/m).slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf(":")), part]));
}

/** The services whose part of a Compose file shows that they use a store. */
const users = (store: string, configuration: ReadonlyMap<string, string>, use: RegExp) => ({
  [store]: [...configuration].filter(([, part]) => use.test(part)).map(([name]) => name),
});

const sorted = (all: readonly Record<string, string[]>[]) =>
  all.map((one) =>
    Object.entries(one).map(([store, names]) => [store, names.slice().sort(compareTexts)]),
  );

const compareTexts = (one: string, other: string): number => (one < other ? -1 : 1);

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

  it("of the stack lets exactly those use a store that are configured for it", () => {
    const { services } = policyOfStack();
    const composed = servicesOf("docker-compose.yml");
    const stores = ["redis", "ledger-db", "followers-db", "identity-db"];
    const configured = stores.map((store) =>
      users(store, composed, new RegExp(`depends_on: .*\\b${store}\\b`)),
    );
    const listed = stores.map((store) => ({
      // A service may always call itself.
      [store]: [...(services.get(store)?.callers ?? [])].filter((name) => name !== store),
    }));
    expect(sorted(configured)).toEqual(sorted(listed));
    // The address and the order of the start agree, in the stack as well.
    for (const file of ["docker-compose.yml", "docker-stack.yml"])
      expect(users("redis", servicesOf(file), /REDIS_URL/)).toEqual(configured[0]);
    const withDatabase = users("", composed, /DATABASE_URL_/)[""];
    expect(new Set(withDatabase)).toEqual(
      new Set(configured.slice(1).flatMap(Object.values).flat()),
    );
  });

  it("of the stack lets no subgraph be called by the proxy", () => {
    const { services } = policyOfStack();
    const called = [...services].filter(([, { callers }]) => callers.has("proxy"));
    expect(called.map(([name]) => name)).toEqual(["gateway", "identity", "rest-bridge", "web"]);
  });
});
