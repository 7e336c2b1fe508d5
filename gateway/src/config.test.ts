import { expect, it } from "vitest";
import { readConfig } from "./config.ts";

it.each([
  ["", { scope: "ledger:read" }],
  ["on", "on"],
  ["true", "on"],
  ["off", "off"],
  ["false", "off"],
  ["admin", { scope: "admin" }],
])("reads who may see the schema when GATEWAY_INTROSPECTION=%s", (text, policy) => {
  const env = { GATEWAY_INTROSPECTION: text };
  expect(readConfig([], env).GATEWAY_INTROSPECTION).toEqual(policy);
});

it("trusts proxies of this machine alone when TRUSTED_PROXIES names no others", () => {
  expect(readConfig([], {}).TRUSTED_PROXIES).toEqual(["loopback"]);
  expect(readConfig([], { TRUSTED_PROXIES: "10.0.0.0/8, 192.0.2.1" }).TRUSTED_PROXIES).toEqual([
    "10.0.0.0/8",
    "192.0.2.1",
  ]);
});

it("requires trusted documents of every client when GATEWAY_TRUSTED_CLIENTS names none", () => {
  expect(readConfig([], {}).GATEWAY_TRUSTED_CLIENTS).toBeUndefined();
  const env = { GATEWAY_TRUSTED_CLIENTS: "web,partner" };
  expect(readConfig([], env).GATEWAY_TRUSTED_CLIENTS).toEqual(["web", "partner"]);
});

it("takes a flag before the environment when both are given", () => {
  const env = { GATEWAY_SUPERGRAPH: "env.graphql", GATEWAY_PORT: "4500", GATEWAY_OPEN: "false" };
  expect(readConfig([], env)).toMatchObject({
    GATEWAY_SUPERGRAPH: "env.graphql",
    GATEWAY_PORT: 4500,
    GATEWAY_OPEN: false,
  });
  const args = ["--supergraph", "a.graphql", "--port", "5000", "--open"];
  expect(readConfig(args, env)).toMatchObject({
    GATEWAY_SUPERGRAPH: "a.graphql",
    GATEWAY_PORT: 5000,
    GATEWAY_OPEN: true,
  });
});

it.each([
  ["--port is out of range", ["--port", "0"], "--port must be 1 to 65535"],
  ["--port is no number", ["--port", "x"], "--port must be 1 to 65535"],
  ["a flag is unknown", ["--nothing"], "Unknown option"],
  ["there is a stray argument", ["a.graphql"], "Unexpected argument"],
])("refuses to start when %s", (_name, args, reason) => {
  expect(() => readConfig(args, {})).toThrow(reason);
});
