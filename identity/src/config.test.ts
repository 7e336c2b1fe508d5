import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";

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

const start = () => readConfig(env({ NODE_ENV: "production" }));

describe("in production", () => {
  test("refuses to start without its secrets and names each of them", () => {
    expect(start).toThrow(/IDENTITY_COOKIE_KEYS: must be set in production/);
    expect(start).toThrow(/IDENTITY_ENCRYPTION_SECRET: must be set in production/);
    expect(start).toThrow(/WEB_CLIENT_SECRET: must be set in production/);
    expect(start).toThrow(/openssl rand/);
  });

  test("refuses secrets that are too short", () => {
    const secrets = {
      IDENTITY_COOKIE_KEYS: `${long},short`,
      IDENTITY_ENCRYPTION_SECRET: long,
      WEB_CLIENT_SECRET: long,
    };
    expect(() => readConfig(env({ NODE_ENV: "production", ...secrets }))).toThrow(
      /IDENTITY_COOKIE_KEYS: must have at least 32 characters/,
    );
  });

  test("starts with them, and makes no file", async () => {
    const config = readConfig(
      env({
        NODE_ENV: "production",
        IDENTITY_COOKIE_KEYS: `${long},${long}2`,
        IDENTITY_ENCRYPTION_SECRET: long,
        WEB_CLIENT_SECRET: long,
      }),
    );
    expect(config.cookieKeys).toEqual([long, `${long}2`]);
    await expect(stat(join(dataDir, "identity-secrets.json"))).rejects.toThrow("ENOENT");
  });
});

describe("for the demo", () => {
  test("makes secrets once, keeps them, and only their owner can read them", async () => {
    const demo = env({ NODE_ENV: "production", IDENTITY_DEMO: "true" });
    const first = readConfig(demo);
    const second = readConfig(demo);
    expect(second.encryptionSecret).toBe(first.encryptionSecret);
    expect(first.encryptionSecret.length).toBeGreaterThan(40);
    const file = join(dataDir, "identity-secrets.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toContain(first.webClientSecret);
  });
});

test("addresses move with the offset of all ports", () => {
  expect(readConfig(env({ PORT_OFFSET: "17000" }))).toMatchObject({
    port: 21_100,
    issuer: "http://localhost:21100",
    webUrl: "http://localhost:20000",
  });
});

test("clients of the system are read from JSON, and nonsense is named", () => {
  const text = JSON.stringify([{ id: "metrics", secret: long, scopes: ["feed:read"] }]);
  expect(readConfig(env({ SYSTEM_CLIENTS: text })).systemClients).toEqual([
    { id: "metrics", secret: long, scopes: ["feed:read"] },
  ]);
  expect(() => readConfig(env({ SYSTEM_CLIENTS: "metrics" }))).toThrow(/SYSTEM_CLIENTS: must be/);
});
