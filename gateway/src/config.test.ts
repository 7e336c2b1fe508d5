import { afterEach, expect, it, vi } from "vitest";
import { loadGatewayConfig } from "./config.ts";

afterEach(() => vi.unstubAllEnvs());

it.each([
  ["", { scope: "ledger:read" }],
  ["on", "on"],
  ["true", "on"],
  ["off", "off"],
  ["false", "off"],
  ["admin", { scope: "admin" }],
])("reads GATEWAY_INTROSPECTION=%s", (text, policy) => {
  vi.stubEnv("GATEWAY_INTROSPECTION", text);
  expect(loadGatewayConfig().GATEWAY_INTROSPECTION).toEqual(policy);
});

it("believes only this machine's addresses of others, unless told whom else", () => {
  expect(loadGatewayConfig().TRUSTED_PROXIES).toEqual(["loopback"]);
  vi.stubEnv("TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1");
  expect(loadGatewayConfig().TRUSTED_PROXIES).toEqual(["10.0.0.0/8", "192.0.2.1"]);
});

it("asks no application for trusted documents alone, unless some are named", () => {
  expect(loadGatewayConfig().GATEWAY_TRUSTED_CLIENTS).toBeUndefined();
  vi.stubEnv("GATEWAY_TRUSTED_CLIENTS", "web,partner");
  expect(loadGatewayConfig().GATEWAY_TRUSTED_CLIENTS).toEqual(["web", "partner"]);
});
