import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeConfig } from "@allfunds/platform/config";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasExternalIssuer, readConfig } from "./config.ts";

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "identity-config-"));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const env = (more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  DATABASE_URL_IDENTITY: "postgres://u:p@localhost/identity",
  ALLFUNDS_DATA: dataDir,
  ...more,
});
const long = "x".repeat(32);
const SECRETS = {
  IDENTITY_COOKIE_KEYS: `${long},${long}2`,
  IDENTITY_ENCRYPTION_SECRET: long,
  WEB_CLIENT_SECRET: long,
};
const inProduction = (more: NodeJS.ProcessEnv = {}) =>
  readConfig(env({ NODE_ENV: "production", ...more }));

describe("in production", () => {
  test("names each missing secret", () => {
    expect(() => inProduction()).toThrow(/IDENTITY_COOKIE_KEYS: must be set in production/);
    expect(() => inProduction()).toThrow(/IDENTITY_ENCRYPTION_SECRET: must be set in production/);
    expect(() => inProduction()).toThrow(/WEB_CLIENT_SECRET: must be set in production/);
    expect(() => inProduction()).toThrow(/openssl rand/);
  });

  test("refuses secrets that are too short", () => {
    expect(() => inProduction({ ...SECRETS, IDENTITY_COOKIE_KEYS: `${long},short` })).toThrow(
      /IDENTITY_COOKIE_KEYS: must have at least 32 characters/,
    );
  });

  test("makes no file when all secrets are given", async () => {
    const config = inProduction(SECRETS);
    expect(config.IDENTITY_COOKIE_KEYS).toEqual([long, `${long}2`]);
    await expect(stat(join(dataDir, "identity-secrets.json"))).rejects.toThrow("ENOENT");
  });
});

describe("for the demo", () => {
  test("makes secrets once, stores them, and only their owner can read them", async () => {
    const demo = env({ NODE_ENV: "production", IDENTITY_DEMO: "true" });
    const first = readConfig(demo);
    const second = readConfig(demo);
    expect(second.IDENTITY_ENCRYPTION_SECRET).toBe(first.IDENTITY_ENCRYPTION_SECRET);
    expect(first.IDENTITY_ENCRYPTION_SECRET.length).toBeGreaterThan(40);
    const file = join(dataDir, "identity-secrets.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toContain(first.WEB_CLIENT_SECRET);
  });
});

test("ports and addresses move with PORT_OFFSET", () => {
  expect(readConfig(env({ PORT_OFFSET: "17000" }))).toMatchObject({
    IDENTITY_PORT: 21_100,
    IDENTITY_URL: "http://localhost:21100",
    WEB_URL: "http://localhost:20000",
    WEB_INTERNAL_URL: "http://localhost:20000",
  });
});

test("the issuer is an external one when OIDC_ISSUER names another address", () => {
  const issuer = (OIDC_ISSUER: string) => hasExternalIssuer(readConfig(env({ OIDC_ISSUER })));
  expect(hasExternalIssuer(readConfig(env({})))).toBe(false);
  expect(issuer("http://localhost:4100/")).toBe(false);
  expect(issuer("https://sso.example/realms/acme")).toBe(true);
});

test("system clients are read from JSON, and malformed text is named", () => {
  const text = JSON.stringify([{ id: "metrics", secret: long, scopes: ["feed:read"] }]);
  expect(readConfig(env({ SYSTEM_CLIENTS: text })).SYSTEM_CLIENTS).toEqual([
    { id: "metrics", secret: long, scopes: ["feed:read"], exchanges: [] },
  ]);
  expect(() => readConfig(env({ SYSTEM_CLIENTS: "metrics" }))).toThrow(/SYSTEM_CLIENTS: must be/);
});

test("the printed configuration masks every secret", () => {
  const hidden = "0123456789".repeat(4);
  const config = readConfig(
    env({
      DATABASE_URL_IDENTITY: `postgres://u:${hidden}@localhost/identity`,
      IDENTITY_COOKIE_KEYS: hidden,
      IDENTITY_ENCRYPTION_SECRET: hidden,
      WEB_CLIENT_SECRET: hidden,
      SYSTEM_CLIENT_SECRET: hidden,
      SYSTEM_CLIENTS: JSON.stringify([{ id: "metrics", secret: hidden, scopes: ["feed:read"] }]),
      SMTP_URL: `smtp://user:${hidden}@mail.example`,
    }),
  );
  const printed = JSON.stringify(describeConfig(config));
  expect(printed).not.toContain(hidden);
  expect(printed).toContain("http://localhost:4100");
});
