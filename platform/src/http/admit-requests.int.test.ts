import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { openContext } from "../context.ts";
import { createHttpServer, type HttpServer } from "./http-server.ts";
import { createLogger } from "../logging.ts";

/** No fewer than the burst that a small client is granted beyond a limit. */
const LIMIT = 8;

let server: HttpServer;
let url: string;
let open: () => void;
let opened: Promise<void>;
let begun = 0;
/** Requests that the framework answered. */
let answered = 0;

beforeAll(async () => {
  server = createHttpServer({
    service: "library",
    logger: createLogger("library", "silent"),
    admission: { least: LIMIT, patient: LIMIT, most: LIMIT },
    contextOf: ({ headers }) => openContext(headers),
  });
  server.app.addHook("onResponse", async () => void (answered += 1));
  server.app.post("/slow", async () => {
    begun += 1;
    await opened;
    return { done: true };
  });
  server.app.get("/quick", async () => ({ done: true }));
  await server.app.listen({ port: 0, host: "127.0.0.1" });
  url = server.app.listeningOrigin;
});
beforeEach(() => {
  begun = 0;
  opened = new Promise<void>((resolve) => (open = resolve));
});
afterEach(() => open());
afterAll(() => server.app.close());

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/slow`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });

const namesOf = ({ headers }: Response) => [...headers.keys()].sort();

const figures = async () => (await fetch(`${url}/metrics`)).text();

it("refuses what is beyond the limit before it reads the body, and answers probes", async () => {
  const running = Array.from({ length: LIMIT }, () => post("{}"));
  await expect.poll(() => begun, { timeout: 60_000 }).toBe(LIMIT);
  const refused = await post("no JSON");
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ code: "OVERLOADED" });
  for (const path of ["/health/live", "/health/ready"])
    expect((await fetch(`${url}${path}`)).status).toBe(200);
  expect(await figures()).toContain(`http_requests_in_flight{service="library"} ${LIMIT}`);
  expect(await figures()).toContain(
    'http_requests_refused_total{reason="limit",service="library"} 1',
  );
  open();
  for (const response of await Promise.all(running)) expect(response.status).toBe(200);
  await expect.poll(async () => (await post("{}")).status, { timeout: 60_000 }).toBe(200);
});

it("refuses a caller whose token was verified before with the same answer, without the framework", async () => {
  const authorization = `Bearer ${"x".repeat(80)}`;
  const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  expect((await fetch(`${url}/quick`, { headers: { authorization } })).status).toBe(200);
  const running = Array.from({ length: LIMIT }, () => post("{}", { authorization }));
  await expect.poll(() => begun, { timeout: 60_000 }).toBe(LIMIT);
  const before = answered;
  const early = await post("no JSON", { authorization, traceparent });
  const late = await post("no JSON", { authorization, traceparent, origin: "http://page.test" });
  await expect.poll(() => answered, { timeout: 60_000 }).toBeGreaterThan(before);
  expect(answered).toBe(before + 1);
  expect([early.status, await early.json()]).toEqual([late.status, await late.json()]);
  expect(namesOf(early)).toEqual(namesOf(late));
  open();
  for (const response of await Promise.all(running)) expect(response.status).toBe(200);
  await expect
    .poll(figures, { timeout: 60_000 })
    .toContain('http_requests_in_flight{service="library"} 0');
});
