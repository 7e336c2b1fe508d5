import { request } from "node:http";
import { expect, it } from "vitest";
import { SCOPES } from "../endpoint/access.ts";
import { FUND } from "../fake-graph/sample-values.fixture.ts";
import { openService } from "../service.fixture.ts";

/** No fewer than the burst that a small client is granted beyond a limit. */
const LIMIT = 8;
const TRACE = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;

it("refuses a known caller with the headers and the problem of every other refusal", async () => {
  const admission = { least: LIMIT, patient: LIMIT, most: LIMIT };
  const { url, issuer, send, close } = await openService({ admission });
  const { authorization } = await issuer.headers({ scopes: Object.keys(SCOPES) });
  const path = `/api/v1/metrics?fundId=${FUND}`;
  expect((await send(path, { headers: { authorization } })).status).toBe(200);
  const { port } = new URL(url);
  const body = { "content-type": "application/json", "content-length": 10 };
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  for (const version of ["2026-11-29", "2026-11-01"]) {
    // Their bodies never come.
    const running = Array.from({ length: LIMIT }, () => {
      const sent = { authorization, ...body };
      const one = request({ port, method: "POST", path: "/api/v1/analyze", headers: sent });
      one.on("error", () => undefined).flushHeaders();
      return one;
    });
    await expect
      .poll(metrics, { timeout: 60_000 })
      .toContain(`http_requests_in_flight{service="rest-bridge"} ${LIMIT}\n`);
    const headers = { authorization, "api-version": version, traceparent: TRACE };
    const early = await send(path, { headers });
    const late = await send(path, { headers: { ...headers, origin: "http://page.test" } });
    expect(early.json()).toMatchObject({ code: "OVERLOADED", status: 503 });
    expect(early.json()).toEqual(late.json());
    const kept = ({ headers: sent }: typeof early) =>
      Object.fromEntries(
        [...sent].filter(([name]) => !/^(?:date|retry-after|ratelimit)$/.test(name)),
      );
    expect(kept(early)).toEqual(kept(late));
    for (const { headers: sent } of [early, late]) {
      expect(Number(sent.get("retry-after"))).toBeGreaterThan(0);
      expect(sent.get("ratelimit-policy")).toBe('"cost";q=1000;w=60');
      expect(sent.get("ratelimit")).toMatch(/^"cost";r=(?:99\d|1000);t=0$/);
    }
    for (const one of running) one.destroy();
    await expect
      .poll(metrics, { timeout: 60_000 })
      .toMatch(/http_requests_in_flight\{service="rest-bridge"\} 0\n/);
  }
  await close();
});
