import { auditServer } from "graphql-http";
import { Agent, fetch as fetchBy } from "undici";
import { expect, it } from "vitest";
import { openService } from "../service.fixture.ts";

// The types do not have the option yet.
const PRIOR_KNOWLEDGE = { allowH2: true, useH2c: true };
/** Sends HTTP/2 by prior knowledge. */
const http2 = new Agent(PRIOR_KNOWLEDGE);
const fetchHttp2 = ((url: string, init: object) =>
  fetchBy(url, { ...init, dispatcher: http2 })) as unknown as typeof fetch;

it.each([
  ["HTTP/1.1", fetch],
  ["HTTP/2", fetchHttp2],
])("passes the audits of the GraphQL-over-HTTP specification over %s", async (_name, fetchFn) => {
  const gateway = await openService();
  const results = await auditServer({ url: gateway.url, fetchFn });
  const metrics = await (await fetch(new URL("/metrics", gateway.url))).text();
  await gateway.close();
  const failed = results.flatMap((one) => (one.status === "error" ? [one] : []));
  expect(failed.map(({ name, id, reason }) => `${id} ${name}: ${reason}`)).toEqual([]);
  expect(results.length).toBeGreaterThan(50);
  expect(/http2_connections\{[^}]*\} [1-9]/.test(metrics)).toBe(fetchFn === fetchHttp2);
});
