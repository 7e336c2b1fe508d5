import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fund } from "./stand-in/books.ts";
import { startStandIn, type StandIn } from "./stand-in/gateway.ts";
import { sampleFund } from "./stand-in/sample-fund.ts";
import { exitOf } from "./identity-server.ts";
import { buildWeb, startWebServer, type WebServer } from "./web-server.ts";

let fund: Fund;
let gateway: StandIn;
let web: WebServer;

beforeAll(async () => {
  await buildWeb();
  fund = sampleFund("Aurora Growth Fund", 1);
  gateway = await startStandIn([fund]);
  web = await startWebServer(gateway.url);
});
afterAll(async () => {
  await web?.stop();
  await gateway?.stop();
});

test("what does not exist is a page that says so", async () => {
  const response = await fetch(`${web.url}/funds/no-such-fund`);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("FUND_NOT_FOUND");
});

test("forms are taken from the page's own origin only", async () => {
  const send = (host: string, origin: string) =>
    fetch(`${web.url.replace("127.0.0.1", host)}/funds/${fund.id}?/post`, {
      method: "POST",
      headers: { origin, "content-type": "application/x-www-form-urlencoded" },
      body: "description=",
    }).then(({ status }) => status);
  const { port } = new URL(web.url);
  expect(await send("127.0.0.1", `http://127.0.0.1:${port}`)).toBe(400);
  expect(await send("127.0.0.1", "http://attacker.example")).toBe(403);
  expect(await send("127.0.0.1", "null")).toBe(403);
});

test("queries never travel in addresses", async () => {
  await fetch(`${web.url}/funds/${fund.id}`);
  expect(new Set(gateway.methods)).toEqual(new Set(["POST"]));
});

test("the server stops within seconds, on a signal and when its supervisor is gone", async () => {
  const other = await startWebServer(gateway.url);
  expect(await other.stop()).toBe(0);
  const orphan = await startWebServer(gateway.url);
  orphan.process.disconnect();
  expect(await exitOf(orphan.process)).toBe(0);
});

test("without a gateway the page says so and the server reports itself unready", async () => {
  const lonely = await startWebServer("http://127.0.0.1:9");
  const page = await fetch(lonely.url);
  expect(page.status).toBe(503);
  expect(await page.text()).toContain("The gateway cannot be reached.");
  expect((await fetch(`${lonely.url}/health/ready`)).status).toBe(503);
  await lonely.stop();
});

test("the page's policy allows nothing inline and only the gateway's socket", async () => {
  const { headers } = await fetch(`${web.url}/`);
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain(`connect-src 'self' ${gateway.url.replace("http:", "ws:")};`);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe-inline");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("figures of the server itself can be scraped", async () => {
  const page = await fetch(`${web.url}/metrics`);
  expect(await page.text()).toContain('http_request_duration_seconds_count{route="/');
});
