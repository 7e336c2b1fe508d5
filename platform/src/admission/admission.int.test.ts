import { afterAll, beforeAll, expect, it } from "vitest";
import { openContext } from "../context.ts";
import { createHttpServer, type HttpServer } from "../http/http-server.ts";
import { createLogger } from "../logging.ts";

let server: HttpServer;
let url: string;
let open: () => void;
const opened = new Promise<void>((resolve) => (open = resolve));
let begun = 0;

beforeAll(async () => {
  server = createHttpServer({
    service: "library",
    logger: createLogger("library", "silent"),
    admission: { least: 4, patient: 4, most: 4 },
    contextOf: ({ headers }) => openContext(headers),
  });
  server.app.post("/slow", async () => {
    begun += 1;
    await opened;
    return { done: true };
  });
  await server.app.listen({ port: 0, host: "127.0.0.1" });
  url = server.app.listeningOrigin;
});
afterAll(() => server.app.close());

const post = (body: string) =>
  fetch(`${url}/slow`, { method: "POST", headers: { "content-type": "application/json" }, body });

it("refuses what is beyond the limit before it reads the body, and answers probes", async () => {
  const running = [1, 2, 3, 4].map(() => post("{}"));
  await expect.poll(() => begun, { timeout: 60_000 }).toBe(4);
  const refused = await post("no JSON");
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ code: "OVERLOADED" });
  for (const path of ["/health/live", "/health/ready"])
    expect((await fetch(`${url}${path}`)).status).toBe(200);
  const figures = await (await fetch(`${url}/metrics`)).text();
  expect(figures).toContain('http_requests_in_flight{service="library"} 4');
  expect(figures).toContain('http_requests_refused_total{reason="limit",service="library"} 1');
  open();
  for (const response of await Promise.all(running)) expect(response.status).toBe(200);
  await expect.poll(async () => (await post("{}")).status, { timeout: 60_000 }).toBe(200);
});
