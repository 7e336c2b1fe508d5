import { connect } from "node:net";
import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import { untilEnded } from "@allfunds/platform/testing/end-process";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  FundNamesDocument,
  PostTransactionDocument,
} from "../src/lib/graph/graph-types.generated.ts";
import { documentId } from "../src/lib/graph/document-id.ts";
import { seedSession } from "./seeded-session.ts";
import type { Fund } from "./fake-graph/books.ts";
import { startFakeGateway, type FakeGateway } from "./fake-graph/fake-gateway.ts";
import { sampleFund } from "./fake-graph/sample-fund.ts";
import { CLIENT_SECRET, startWebServer, type WebServer } from "./web-server.ts";

let fund: Fund;
let gateway: FakeGateway;
let web: WebServer;
let database: TestDatabase;
let cookie: string;
/** What the server sends on connections until it ends them: one unused, one with half a request. */
let unused: Promise<string>;
let halfSent: Promise<string>;

function sentOn(url: string, text: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(Number(port), "localhost", () => socket.write(text));
    socket.on("data", (data) => (received += data.toString()));
    socket.on("close", () => resolve(received));
    socket.on("error", reject);
  });
}

beforeAll(async () => {
  fund = sampleFund("Aurora Growth Fund", 1);
  gateway = await startFakeGateway([fund]);
  database = await createTestDatabase();
  web = await startWebServer({ gatewayUrl: gateway.url, databaseUrl: database.url });
  cookie = `__Host-sid=${await seedSession(database.url, CLIENT_SECRET)}`;
  [unused, halfSent] = [sentOn(web.url, ""), sentOn(web.url, "GET / HTTP/1.1\r\nHost: loc")];
});
afterAll(async () => {
  await web?.stop();
  await gateway?.stop();
  await database?.drop();
});

interface Load {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}
const load = (url: string, { headers = {}, ...init }: Load = {}) =>
  fetch(url, { redirect: "manual", ...init, headers: { cookie, ...headers } });

test.each(["the overview", "a fund"])(
  "links all files that the scripts of %s read first",
  async (page) => {
    const address = `${web.url}${page === "a fund" ? `/funds/${fund.id}` : "/"}`;
    const html = await (await load(address)).text();
    const linked = Array.from(
      html.matchAll(/href="([^"]+)" rel="modulepreload"|rel="modulepreload" href="([^"]+)"/g),
      ([, first, second]) => new URL(first ?? second ?? "", address).href,
    );
    const sources = await Promise.all(linked.map(async (file) => (await load(file)).text()));
    const imported = sources.flatMap((source, at) =>
      Array.from(
        source.matchAll(/(?:from|import)\s*"(\.[^"]+)"/g),
        ([, path = ""]) => new URL(path, linked[at]).href,
      ),
    );
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((file) => !linked.includes(file))).toEqual([]);
    // Those of the texts are found by scripts alone.
    expect(sources.join("")).toContain("Skip to content");
  },
);

test("shows an error page for a fund that does not exist", async () => {
  const response = await load(`${web.url}/funds/no-such-fund`);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("FUND_NOT_FOUND");
});

test("accepts forms from its own origin only", async () => {
  const send = (host: string, origin: string) =>
    load(`${web.url.replace("localhost", host)}/funds/${fund.id}?/post`, {
      method: "POST",
      headers: { origin, "content-type": "application/x-www-form-urlencoded" },
      body: "description=",
    }).then(({ status }) => status);
  const { port } = new URL(web.url);
  expect(await send("127.0.0.1", `http://127.0.0.1:${port}`)).toBe(400);
  expect(await send("127.0.0.1", "http://attacker.example")).toBe(403);
  expect(await send("127.0.0.1", "null")).toBe(403);
});

test("sends pages compressed", async () => {
  const page = await load(`${web.url}/funds/${fund.id}`, { headers: { "accept-encoding": "br" } });
  expect(page.headers.get("content-encoding")).toBe("br");
  expect(await page.text()).toContain(fund.name);
});

test("writes the chosen colours and spacing into the first byte of a page", async () => {
  const chosen = await load(`${web.url}/appearance`, {
    method: "POST",
    headers: { origin: web.url, "content-type": "application/x-www-form-urlencoded" },
    body: "theme=dark&density=compact&returnTo=/audit",
  });
  expect(chosen.headers.get("location")).toBe("/audit");
  const kept = chosen.headers.get("set-cookie")?.split(";")[0] ?? "";
  const page = await load(web.url, { headers: { cookie: `${cookie}; ${kept}` } });
  expect(await page.text()).toContain(
    '<html lang="en" dir="ltr" data-theme="dark" data-density="compact">',
  );
});

test("never sends queries in addresses", async () => {
  await load(`${web.url}/funds/${fund.id}`);
  expect(new Set(gateway.methods)).toEqual(new Set(["POST"]));
});

test("stops on a signal, and when its supervisor has crashed", async () => {
  const other = await startWebServer({ gatewayUrl: gateway.url, databaseUrl: database.url });
  expect(await other.stop()).toBe(0);
  const orphan = await startWebServer({ gatewayUrl: gateway.url, databaseUrl: database.url });
  orphan.process.disconnect();
  expect(await untilEnded(orphan.process)).toBe(0);
});

test("shows an error page and reports itself unready when the gateway is unavailable", async () => {
  const withoutGateway = await startWebServer({
    gatewayUrl: "http://127.0.0.1:9",
    databaseUrl: database.url,
  });
  const page = await load(withoutGateway.url);
  expect(page.status).toBe(503);
  expect(await page.text()).toContain("The gateway cannot be reached.");
  expect((await fetch(`${withoutGateway.url}/health/ready`)).status).toBe(503);
  await withoutGateway.stop();
});

test("allows nothing inline, and only the gateway's socket, in the page's policy", async () => {
  const { headers } = await load(`${web.url}/`);
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain(
    `connect-src 'self' ${gateway.url.replace("http://127.0.0.1", "ws://localhost")};`,
  );
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe-inline");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("publishes metrics of its own requests", async () => {
  const page = await fetch(`${web.url}/metrics`);
  expect(await page.text()).toContain('http_request_duration_seconds_count{route="/');
});

test("redirects requests without a session to the sign-in page, with the path to return to", async () => {
  const answer = await fetch(`${web.url}/funds/${fund.id}?after=x`, { redirect: "manual" });
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe(
    `/sign-in?returnTo=${encodeURIComponent(`/funds/${fund.id}?after=x`)}`,
  );
  const data = await fetch(`${web.url}/__data.json`);
  expect(await data.json()).toMatchObject({ type: "redirect", location: "/sign-in" });
  const form = await fetch(`${web.url}/funds/${fund.id}?/post`, {
    method: "POST",
    redirect: "manual",
    headers: {
      accept: "text/html",
      origin: web.url,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: "description=",
  });
  expect(form.headers.get("location")).toBe(
    `/sign-in?returnTo=${encodeURIComponent(`/funds/${fund.id}`)}`,
  );
});

test("deletes a cookie without a session and reports the end of the session", async () => {
  const answer = await load(web.url, { headers: { cookie: "__Host-sid=guessed" } });
  expect(answer.headers.get("location")).toBe("/sign-in?reason=ended");
  expect(answer.headers.get("set-cookie")).toMatch(/__Host-sid=;.*Max-Age=0/);
});

test("shows on the sign-in page that the issuer is unavailable", async () => {
  const answer = await fetch(`${web.url}/auth/sign-in?returnTo=/audit`, { redirect: "manual" });
  expect(answer.headers.get("location")).toBe("/sign-in?returnTo=%2Faudit&reason=unavailable");
});

test("refuses logout tokens of others, and tickets for other origins", async () => {
  const logout = await fetch(`${web.url}/auth/backchannel-logout`, {
    method: "POST",
    body: new URLSearchParams({ logout_token: "eyJ" }),
  });
  expect(logout.status).toBe(503);
  const ticket = (headers: Record<string, string>) =>
    fetch(`${web.url}/live-ticket`, { method: "POST", headers }).then(({ status }) => status);
  expect(await ticket({ cookie, origin: "http://attacker.example" })).toBe(403);
  expect(await ticket({ cookie })).toBe(403);
  expect(await ticket({ origin: web.url })).toBe(401);
  expect(await ticket({ cookie, origin: web.url })).toBe(200);
});

const ask = async (body: object | string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${web.url}/graph`, {
    method: "POST",
    headers: {
      cookie,
      origin: web.url,
      "content-type": "application/json",
      "x-allfunds-page": "1",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return [response.status, await response.json()] as const;
};

const refused = (code: string) =>
  expect.objectContaining({ problems: [expect.objectContaining({ code })] });

test("answers the pages' own queries to their own origin, by id and within limits", async () => {
  const names = { id: documentId(FundNamesDocument), variables: {} };
  const [status, answer] = await ask(names);
  expect(status).toBe(200);
  expect(answer.data.funds.nodes[0]).toMatchObject({ name: fund.name, __typename: "Fund" });
  expect(await ask(names, { origin: "http://attacker.example" })).toEqual([
    403,
    refused("FORBIDDEN"),
  ]);
  expect(await ask(names, { "x-allfunds-page": "" })).toEqual([403, refused("FORBIDDEN")]);
  expect(await ask(names, { "content-type": "text/plain" })).toEqual([
    415,
    refused("UNSUPPORTED_MEDIA_TYPE"),
  ]);
  expect(await ask(names, { cookie: "" })).toEqual([401, refused("UNAUTHENTICATED")]);
  expect(await ask("[")).toEqual([400, refused("MALFORMED_BODY")]);
  expect(await ask(`"${"x".repeat(20_000)}"`)).toEqual([413, refused("BODY_TOO_LARGE")]);
  for (const id of ["FundNames", documentId(PostTransactionDocument), "{ funds { id } }"]) {
    expect(await ask({ id, variables: {} })).toEqual([403, refused("OPERATION_NOT_TRUSTED")]);
  }
  const many = await Promise.all(Array.from({ length: 80 }, () => ask(names)));
  expect(many.some(([code]) => code === 429)).toBe(true);
});

test("closes an unused connection without an answer, which a browser would take for that of its next request", async () => {
  expect(await unused).toBe("");
  expect(await halfSent).toMatch(/^HTTP\/1\.1 408 [^]*"code":"REQUEST_TIMEOUT"/);
});
