import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueCertificates } from "../src/certificates/issue.ts";
import { MESH_POLICY } from "../drills/ground.ts";
import { readFileSync } from "node:fs";

const ROOT = join(import.meta.dirname, "../..");
const PROGRAMS = {
  ledger: "subgraphs/ledger/dist/main.js",
  metrics: "subgraphs/metrics/dist/main.js",
  analytics: "subgraphs/analytics/dist/main.js",
  identity: "identity/dist/main.js",
  gateway: "gateway/dist/main.js",
  "rest-bridge": "rest-bridge/dist/main.js",
  web: "web/server.js",
} as const;
type Service = keyof typeof PROGRAMS;

let database: TestDatabase;
let scratch: string;
let taken: Server;

beforeAll(async () => {
  database = await createTestDatabase();
  scratch = await mkdtemp(join(tmpdir(), "allfunds-broken-"));
  taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  await writeFile(join(scratch, "empty"), "\n");
  await writeFile(join(scratch, "word"), "postgres://x@127.0.0.1/x");
  await writeFile(join(scratch, "broken.graphql"), "type Query {");
  await writeFile(join(scratch, "traffic.yaml"), "subgraphs: [");
  const policy = readFileSync(MESH_POLICY, "utf8");
  issueCertificates({ to: join(scratch, "mesh"), policy, days: 90 });
  await mkdir(join(scratch, "swapped"));
  for (const [from, to] of [
    ["ca.pem", "ca.pem"],
    ["cert.pem", "key.pem"],
    ["key.pem", "cert.pem"],
  ] as const)
    await copyFile(join(scratch, "mesh/ledger", from), join(scratch, "swapped", to));
  await mkdir(join(scratch, "foreign"));
  await copyFile(join(scratch, "mesh/ledger/ca.pem"), join(scratch, "foreign/ca.pem"));
  await copyFile(join(scratch, "mesh/ledger/cert.pem"), join(scratch, "foreign/cert.pem"));
  await copyFile(join(scratch, "mesh/metrics/key.pem"), join(scratch, "foreign/key.pem"));
});
afterAll(async () => {
  taken.close();
  await database.drop();
  await rm(scratch, { recursive: true, force: true });
});

const takenPort = (): string => String((taken.address() as AddressInfo).port);
const file = (name: string): string => join(scratch, name);
const otherUrl = (change: (url: URL) => void): string => {
  const url = new URL(database.url);
  change(url);
  return url.href;
};
const policy = (): string => readFileSync(MESH_POLICY, "utf8");

/** What a working service has; each case breaks one thing. */
const environment = (): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  PORT_OFFSET: "19000",
  LOG_LEVEL: "info",
  DATABASE_URL_LEDGER: database.url,
  DATABASE_URL_METRICS: database.url,
  DATABASE_URL_ANALYTICS: database.url,
  DATABASE_URL_IDENTITY: database.url,
  DATABASE_URL_WEB: database.url,
  ALLFUNDS_DATA: scratch,
  OIDC_ISSUER: "http://localhost:23100",
  WEB_CLIENT_SECRET: "a".repeat(48),
});

interface Broken {
  readonly what: string;
  readonly service: Service;
  readonly change: () => Readonly<Record<string, string>>;
  readonly names: RegExp;
}

const broken = (
  service: Service,
  what: string,
  change: () => Readonly<Record<string, string>>,
  names: RegExp,
): Broken => ({ service, what, change, names });

const CASES: readonly Broken[] = [
  broken("ledger", "no database", () => ({ DATABASE_URL_LEDGER: "" }), /DATABASE_URL_LEDGER/),
  broken(
    "ledger",
    "another scheme",
    () => ({ DATABASE_URL_LEDGER: "mysql://x/y" }),
    /DATABASE_URL_LEDGER: must be a postgres/,
  ),
  broken(
    "ledger",
    "another password",
    () => ({ DATABASE_URL_LEDGER: otherUrl((url) => (url.password = "wrong")) }),
    /DATABASE_URL_LEDGER/,
  ),
  broken(
    "ledger",
    "an unknown role",
    () => ({ DATABASE_URL_LEDGER: otherUrl((url) => (url.username = "absent_role")) }),
    /DATABASE_URL_LEDGER/,
  ),
  broken(
    "ledger",
    "an unknown database",
    () => ({ DATABASE_URL_LEDGER: otherUrl((url) => (url.pathname = "/none")) }),
    /DATABASE_URL_LEDGER/,
  ),
  broken(
    "ledger",
    "another search path",
    () => ({
      DATABASE_URL_LEDGER: otherUrl((url) =>
        url.searchParams.set("options", "-c search_path=pg_catalog"),
      ),
    }),
    /DATABASE_URL_LEDGER/,
  ),
  broken(
    "ledger",
    "a list of databases without names",
    () => ({ DATABASE_URLS_LEDGER: "postgres://x/y" }),
    /DATABASE_URLS_LEDGER: must be name=postgres/,
  ),
  broken(
    "ledger",
    "a second database that refuses the sign-in",
    () => ({ DATABASE_URLS_LEDGER: `two=${otherUrl((url) => (url.password = "wrong"))}` }),
    /DATABASE_URLS_LEDGER/,
  ),
  broken(
    "ledger",
    "a secret in a file that is not there",
    () => ({ DATABASE_URL_LEDGER: "", DATABASE_URL_LEDGER_FILE: file("none") }),
    /DATABASE_URL_LEDGER_FILE: .* cannot be read/,
  ),
  broken(
    "ledger",
    "a secret in an empty file",
    () => ({ DATABASE_URL_LEDGER: "", DATABASE_URL_LEDGER_FILE: file("empty") }),
    /DATABASE_URL_LEDGER_FILE: .* is empty/,
  ),
  broken(
    "ledger",
    "a secret twice",
    () => ({ DATABASE_URL_LEDGER_FILE: file("word") }),
    /DATABASE_URL_LEDGER and DATABASE_URL_LEDGER_FILE are both set/,
  ),
  broken("ledger", "a port that is no number", () => ({ LEDGER_PORT: "http" }), /LEDGER_PORT/),
  broken("ledger", "a port beyond the last", () => ({ LEDGER_PORT: "70000" }), /LEDGER_PORT/),
  broken(
    "ledger",
    "a port in use",
    () => ({ LEDGER_PORT: takenPort() }),
    /LEDGER_PORT: .* is in use/,
  ),
  broken(
    "ledger",
    "an address of another machine",
    () => ({ HOST: "203.0.113.7" }),
    /HOST: .* is no address of this machine/,
  ),
  broken("ledger", "an offset below zero", () => ({ PORT_OFFSET: "-1" }), /PORT_OFFSET/),
  broken("ledger", "an unknown level of the log", () => ({ LOG_LEVEL: "loud" }), /LOG_LEVEL/),
  broken(
    "ledger",
    "networks that are none",
    () => ({ WEBHOOK_ALLOWED_NETWORKS: "ten" }),
    /WEBHOOK_ALLOWED_NETWORKS/,
  ),
  broken(
    "ledger",
    "Redis by HTTP",
    () => ({ REDIS_URL: "http://cache:6379" }),
    /REDIS_URL: must be a URL that begins with redis/,
  ),
  broken(
    "ledger",
    "streams without events",
    () => ({ EVENT_STREAMS_MOST_EVENTS: "0" }),
    /EVENT_STREAMS_MOST_EVENTS/,
  ),
  broken(
    "ledger",
    "an issuer that is no address",
    () => ({ OIDC_ISSUER: "issuer" }),
    /OIDC_ISSUER/,
  ),
  broken("ledger", "claims that are no JSON", () => ({ OIDC_CLAIMS: "{" }), /OIDC_CLAIMS/),
  broken(
    "ledger",
    "no time to stop",
    () => ({ SHUTDOWN_GRACE_SECONDS: "0" }),
    /SHUTDOWN_GRACE_SECONDS/,
  ),
  broken(
    "ledger",
    "a collector that is no address",
    () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" }),
    /OTEL_EXPORTER_OTLP_ENDPOINT/,
  ),
  broken(
    "ledger",
    "a share beyond all",
    () => ({ OTEL_TRACES_SAMPLER_ARG: "2" }),
    /OTEL_TRACES_SAMPLER_ARG/,
  ),
  broken(
    "ledger",
    "certificates without a policy",
    () => ({ MESH_CERTIFICATES: file("mesh/ledger") }),
    /MESH_POLICY: must be set/,
  ),
  broken(
    "ledger",
    "certificates that are not there",
    () => ({ MESH_CERTIFICATES: file("none"), MESH_POLICY: policy() }),
    /MESH_CERTIFICATES/,
  ),
  broken(
    "ledger",
    "certificate and key swapped",
    () => ({ MESH_CERTIFICATES: file("swapped"), MESH_POLICY: policy() }),
    /MESH_CERTIFICATES/,
  ),
  broken(
    "ledger",
    "the key of another service",
    () => ({ MESH_CERTIFICATES: file("foreign"), MESH_POLICY: policy() }),
    /MESH_CERTIFICATES/,
  ),
  broken(
    "ledger",
    "a policy that is no JSON",
    () => ({ MESH_CERTIFICATES: file("mesh/ledger"), MESH_POLICY: "{" }),
    /MESH_POLICY/,
  ),
  broken(
    "metrics",
    "no threads",
    () => ({ METRICS_COMPUTE_THREADS: "0" }),
    /METRICS_COMPUTE_THREADS/,
  ),
  broken(
    "metrics",
    "a ledger by another scheme",
    () => ({ LEDGER_URL: "ftp://ledger" }),
    /LEDGER_URL/,
  ),
  broken(
    "analytics",
    "a model's address that is none",
    () => ({ GEMINI_BASE_URL: "gemini" }),
    /GEMINI_BASE_URL/,
  ),
  broken(
    "analytics",
    "another time limit",
    () => ({ GEMINI_TIMEOUT_MS: "soon" }),
    /GEMINI_TIMEOUT_MS/,
  ),
  broken(
    "identity",
    "a truncated secret",
    () => ({ IDENTITY_ENCRYPTION_SECRET: "short" }),
    /IDENTITY_ENCRYPTION_SECRET/,
  ),
  broken(
    "identity",
    "truncated keys of cookies",
    () => ({ IDENTITY_COOKIE_KEYS: "a,b" }),
    /IDENTITY_COOKIE_KEYS/,
  ),
  broken(
    "identity",
    "clients that are no JSON",
    () => ({ SYSTEM_CLIENTS: "[{" }),
    /SYSTEM_CLIENTS: must be JSON/,
  ),
  broken("identity", "mail by HTTP", () => ({ SMTP_URL: "http://mail" }), /SMTP_URL/),
  broken(
    "identity",
    "an issuer that is no address",
    () => ({ IDENTITY_URL: "identity" }),
    /IDENTITY_URL/,
  ),
  broken(
    "identity",
    "secrets missing in production",
    () => ({ NODE_ENV: "production", OIDC_ISSUER: "https://issuer.example" }),
    /IDENTITY_ENCRYPTION_SECRET/,
  ),
  broken(
    "gateway",
    "no supergraph",
    () => ({ GATEWAY_SUPERGRAPH: file("none") }),
    /GATEWAY_SUPERGRAPH/,
  ),
  broken(
    "gateway",
    "a broken supergraph",
    () => ({ GATEWAY_SUPERGRAPH: file("broken.graphql") }),
    /GATEWAY_SUPERGRAPH/,
  ),
  broken(
    "gateway",
    "traffic rules that are no YAML",
    () => ({ GATEWAY_TRAFFIC_FILE: file("traffic.yaml") }),
    /GATEWAY_TRAFFIC_FILE/,
  ),
  broken(
    "gateway",
    "counts in a folder that is not there",
    () => ({ GATEWAY_USAGE_FILE: file("none/usage.json") }),
    /GATEWAY_USAGE_FILE/,
  ),
  broken(
    "gateway",
    "plugins that are not there",
    () => ({ GATEWAY_PLUGINS: file("none.js") }),
    /GATEWAY_PLUGINS/,
  ),
  broken("gateway", "a budget in words", () => ({ GATEWAY_BUDGET: "much" }), /GATEWAY_BUDGET/),
  broken(
    "rest-bridge",
    "two ports that are one",
    () => ({ REST_PORT: takenPort() }),
    /REST_PORT: .* is in use/,
  ),
  broken(
    "rest-bridge",
    "a gateway by another scheme",
    () => ({ GATEWAY_URL: "ws://gateway" }),
    /GATEWAY_URL/,
  ),
  broken("web", "a port in use", () => ({ WEB_PORT: takenPort() }), /in use/),
  broken("web", "a port in words", () => ({ WEB_PORT: "three" }), /WEB_PORT/),
  broken("web", "an origin that is none", () => ({ ORIGIN: "here" }), /ORIGIN/),
  broken(
    "web",
    "a secret in an empty file",
    () => ({ WEB_SESSION_SECRET_FILE: file("empty") }),
    /WEB_SESSION_SECRET_FILE: .* is empty/,
  ),
  broken(
    "web",
    "a secret in a file that is not there",
    () => ({ WEB_CLIENT_SECRET_FILE: file("none") }),
    /WEB_CLIENT_SECRET_FILE/,
  ),
];

describe("a service that cannot start", () => {
  it.each(CASES)("$service: $what", async ({ service, change, names }) => {
    const given = Object.entries({ ...environment(), ...change() });
    const child = spawn(process.execPath, [PROGRAMS[service]], {
      cwd: ROOT,
      env: Object.fromEntries(given.filter(([, value]) => value !== "")),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = once(child, "exit");
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const lines = `${output}${errors}`
      .trim()
      .split("\n")
      .filter((line) => isOfFailure(line));
    expect({ lines, code: (await ended)[0] as unknown }).toEqual({
      lines: [expect.stringMatching(names)],
      code: 1,
    });
    expect(lines[0]).not.toMatch(/\n\s+at |\\n\s+at |node:internal/);
  });
});

/** What is logged before it is known that the start fails is no report of it. */
function isOfFailure(line: string): boolean {
  try {
    const { level } = JSON.parse(line) as { level?: string };
    return level === "fatal" || level === "error";
  } catch {
    return true;
  }
}
