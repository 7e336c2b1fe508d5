import { describe, expect, it } from "vitest";
import { choosePorts } from "./ports.ts";
import { serviceEnvironment, type Surroundings } from "./service-environment.ts";

const around = (env: NodeJS.ProcessEnv = {}): Surroundings => ({
  root: "/root",
  dataDir: "/data",
  ports: choosePorts(100, env),
  offset: 100,
  dev: false,
  demo: true,
  databaseUrls: { DATABASE_URL_LEDGER: "postgres://l", DATABASE_URL_IDENTITY: "postgres://i" },
  secrets: {
    identity: {
      IDENTITY_COOKIE_KEYS: "cookie",
      IDENTITY_ENCRYPTION_SECRET: "seal",
      WEB_CLIENT_SECRET: "web secret",
    },
    system: {
      metrics: "metrics secret",
      analytics: "analytics secret",
      gateway: "gateway secret",
      "rest-bridge": "bridge secret",
    },
  },
  env,
});

const secretNames = (service: string): string[] =>
  Object.keys(serviceEnvironment(service, around({ GEMINI_API_KEY: "k", SMTP_URL: "s" })))
    .filter((name) => /SECRET|DATABASE|KEY|SMTP|SYSTEM/.test(name))
    .sort();

describe("a service's environment", () => {
  it("names the other services of this run and its data directory", () => {
    expect(serviceEnvironment("gateway", around())).toMatchObject({
      LEDGER_URL: "http://127.0.0.1:4101",
      IDENTITY_URL: "http://127.0.0.1:4200",
      OIDC_ISSUER: "http://localhost:4200",
      ALLFUNDS_DATA: "/data",
      PORT_OFFSET: "100",
    });
  });

  it("names the directory of the command and not that of the environment", () => {
    const env = { ALLFUNDS_DATA: "/elsewhere", PORT_OFFSET: "7" };
    expect(serviceEnvironment("identity", around(env))).toMatchObject({
      ALLFUNDS_DATA: "/data",
      PORT_OFFSET: "100",
    });
  });

  it("gives the issuer and the web app the addresses that browsers use", () => {
    const identity = serviceEnvironment("identity", around());
    expect(identity).toMatchObject({
      IDENTITY_URL: "http://localhost:4200",
      WEB_URL: "http://localhost:3100",
      IDENTITY_DEMO: "true",
      TOTP_TOLERANCE_SECONDS: "30",
    });
    expect(serviceEnvironment("web", around())["WEB_URL"]).toBe(identity["WEB_URL"]);
  });

  it("holds a service's own secrets and no others", () => {
    expect(secretNames("ledger")).toEqual(["DATABASE_URL_LEDGER"]);
    expect(secretNames("web")).toEqual(["WEB_CLIENT_SECRET"]);
    expect(secretNames("rest-bridge")).toEqual(["SYSTEM_CLIENT_ID", "SYSTEM_CLIENT_SECRET"]);
    expect(secretNames("metrics")).toEqual(["SYSTEM_CLIENT_ID", "SYSTEM_CLIENT_SECRET"]);
    expect(secretNames("analytics")).toContain("GEMINI_API_KEY");
    expect(secretNames("identity")).toEqual([
      "DATABASE_URL_IDENTITY",
      "IDENTITY_COOKIE_KEYS",
      "IDENTITY_ENCRYPTION_SECRET",
      "SMTP_URL",
      "SYSTEM_CLIENTS",
      "WEB_CLIENT_SECRET",
    ]);
  });

  it("gives the issuer the secrets that the services have", () => {
    const text = serviceEnvironment("identity", around())["SYSTEM_CLIENTS"] ?? "";
    for (const { id, secret } of JSON.parse(text) as { id: string; secret: string }[]) {
      expect(serviceEnvironment(id, around())).toMatchObject({
        SYSTEM_CLIENT_ID: id,
        SYSTEM_CLIENT_SECRET: secret,
      });
    }
  });

  it("leaves what the caller set as it is, also where it is set as a file", () => {
    const env = {
      LEDGER_URL: "http://books.example",
      WEB_CLIENT_SECRET_FILE: "/run/secret",
      ORIGIN: "https://funds.example",
      METRICS_URL: "",
    };
    const web = serviceEnvironment("web", around(env));
    expect(web).toMatchObject({
      LEDGER_URL: "http://books.example",
      METRICS_URL: "http://127.0.0.1:4103",
      WEB_CLIENT_SECRET_FILE: "/run/secret",
      WEB_URL: "https://funds.example",
    });
    expect(web).not.toHaveProperty("WEB_CLIENT_SECRET");
    expect(serviceEnvironment("ledger", around(env))).not.toHaveProperty("WEB_CLIENT_SECRET_FILE");
  });
});
