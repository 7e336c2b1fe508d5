import type { Cookies, RequestEvent } from "@sveltejs/kit";
import { expect, test } from "vitest";
import { enterRequest } from "./admission.ts";
import { metricsPage } from "./request-metrics.ts";

const MOST = 256;

/** What admission reads of a request of a session. */
function requestOf(session: string, { route = "/", accept = "text/html", method = "GET" } = {}) {
  const cookies = { get: () => session } as Partial<Cookies> as Cookies;
  const request = new Request("http://localhost/", { method, headers: { accept } });
  const event: Partial<RequestEvent> = { cookies, request, getClientAddress: () => "::1" };
  return { ...event, route: { id: route } } as RequestEvent;
}

test("refuses requests beyond its limit with an answer that names when to come again, and serves probes", async () => {
  const leave = Array.from({ length: MOST }, () => enterRequest(requestOf("busy")));
  expect(leave.filter((admitted) => admitted instanceof Response)).toEqual([]);
  const page = enterRequest(requestOf("busy")) as Response;
  expect(page.status).toBe(503);
  expect(Number(page.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await page.text()).toContain("more work than it can do");
  const script = enterRequest(requestOf("busy", { accept: "*/*", method: "POST" })) as Response;
  expect(await script.json()).toMatchObject({ problems: [{ code: "OVERLOADED" }] });
  for (const route of ["/health/ready", "/health/live", "/metrics"])
    expect(enterRequest(requestOf("busy", { route }))).toBeTypeOf("function");
  const figures = await (await metricsPage()).text();
  expect(figures).toContain(`http_requests_in_flight ${MOST}`);
  expect(figures).toContain('http_requests_refused_total{reason="limit"} 2');
  for (const ended of leave) (ended as () => void)();
  expect(enterRequest(requestOf("busy"))).toBeTypeOf("function");
});
