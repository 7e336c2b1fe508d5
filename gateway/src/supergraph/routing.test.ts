import { afterEach, expect, it, vi } from "vitest";
import { baseUrlsFromEnvironment, routeTo } from "./routing.ts";

afterEach(() => vi.unstubAllEnvs());
const ledger = { name: "ledger", url: "http://127.0.0.1:4001/graphql" };

it.each([
  ["its composed URL when nothing replaces it", {}, 0, "http://127.0.0.1:4001/graphql"],
  [
    "its port plus the offset when all ports are moved",
    {},
    14_000,
    "http://127.0.0.1:18001/graphql",
  ],
  [
    "its base URL when there is one, whatever the offset",
    { ledger: "http://ledger:9/" },
    14_000,
    "http://ledger:9/graphql",
  ],
  [
    "all its base URLs when there are several",
    { ledger: "http://one:9, unix:/run/two.sock" },
    0,
    "http://one:9/graphql,unix:/run/two.sock:/graphql",
  ],
])("calls a subgraph at %s", (_name, baseUrls, portOffset, expected) => {
  expect(routeTo(ledger, { baseUrls, portOffset })).toBe(expected);
});

it("keeps the port when the subgraph runs on another machine", () => {
  const remote = { name: "ledger", url: "https://ledger.example:4001/graphql" };
  expect(routeTo(remote, { baseUrls: {}, portOffset: 5 })).toBe(remote.url);
});

it("reads base URLs by subgraph name and refuses a value when it is no URL", () => {
  vi.stubEnv("LEDGER_URL", "http://ledger:4001");
  vi.stubEnv("FX_RATES_URL", "http://fx");
  expect(baseUrlsFromEnvironment(["ledger", "fx-rates", "metrics"])).toEqual({
    ledger: "http://ledger:4001",
    "fx-rates": "http://fx",
  });
  for (const wrong of ["nowhere", "http://one,,http://two", "ftp://one", "unix:relative"]) {
    vi.stubEnv("METRICS_URL", wrong);
    expect(() => baseUrlsFromEnvironment(["metrics"])).toThrow("METRICS_URL");
  }
});
