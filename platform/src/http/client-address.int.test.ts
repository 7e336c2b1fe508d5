import { afterEach, expect, it } from "vitest";
import { openContext } from "../context.ts";
import { createLogger } from "../logging.ts";
import { createHttpServer, type HttpServer } from "./http-server.ts";
import { requestContext } from "./request-context.ts";

let server: HttpServer | undefined;
afterEach(async () => server?.app.close());

/** The client address a service sees when a proxy on loopback forwards the request. */
async function addressBehind(trustedProxies: readonly string[]): Promise<unknown> {
  server = createHttpServer({
    service: "test",
    logger: createLogger("test", "silent"),
    authentication: { contextOf: async (headers) => openContext(headers), trustedProxies },
  });
  server.app.get("/from", (request) => ({ address: requestContext(request).clientAddress }));
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  const response = await fetch(`${server.app.listeningOrigin}/from`, {
    headers: { "x-forwarded-for": "203.0.113.9" },
  });
  return ((await response.json()) as { address: unknown }).address;
}

it("takes the client address from X-Forwarded-For when the proxy is trusted", async () => {
  expect(await addressBehind(["loopback"])).toBe("203.0.113.9");
});

it("takes the address of the connection when the proxy is not trusted", async () => {
  expect(await addressBehind(["192.0.2.0/24"])).toBe("127.0.0.1");
});
