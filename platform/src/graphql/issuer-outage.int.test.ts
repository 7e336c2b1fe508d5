import { afterEach, beforeEach, expect, it } from "vitest";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { authenticationShape, createAuthentication } from "../auth/authentication.ts";
import { loadConfig } from "../config.ts";
import { createHttpServer, type HttpServer } from "../http/http-server.ts";
import { createLogger } from "../logging.ts";
import { createTestIssuer, type TestIssuer } from "../testing/test-issuer.ts";
import { buildSubgraph } from "./build-subgraph.ts";
import { serveGraphql } from "./serve-graphql.ts";
import { idleLibrary } from "./idle-library.fixture.ts";

let issuer: TestIssuer;
let server: HttpServer;
let close: () => Promise<void>;
let url: string;

beforeEach(async () => {
  issuer = await createTestIssuer();
  const logger = createLogger("library", "silent");
  const config = loadConfig("library", authenticationShape, issuer.env);
  const authentication = createAuthentication(config, logger);
  server = createHttpServer({ service: "library", logger, authentication });
  server.readiness.add("issuer", authentication.ready);
  close = await serveGraphql({
    schema: buildSubgraph(idleLibrary),
    server,
    logger,
    createContext: (request) => ({ request }),
  });
});
afterEach(async () => {
  await close();
  await server.app.close();
  issuer.stop();
});

async function listen(): Promise<void> {
  await server.app.listen({ port: 0, host: "127.0.0.1" });
  url = server.app.listeningOrigin;
}

const send = async (subject: string): Promise<[number, unknown]> => {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(await issuer.headers({ subject, scopes: ["shelf:read"] })),
    },
    body: JSON.stringify({ query: "{ reader }" }),
  });
  return [response.status, await response.json()];
};

it("accepts tokens of cached keys when the issuer is unavailable", async () => {
  await listen();
  expect(await send("ann")).toEqual([200, { data: { reader: "ann" } }]);
  issuer.goDown();
  // A token that was not cached, signed with a cached key.
  expect(await send("ben")).toEqual([200, { data: { reader: "ben" } }]);
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
});

it("answers UPSTREAM_UNAVAILABLE when it cannot read the issuer's keys", async () => {
  issuer.goDown();
  await listen();
  expect((await fetch(`${url}/health/ready`)).status).toBe(503);
  const unavailable = { errors: [{ extensions: { code: "UPSTREAM_UNAVAILABLE" } }] };
  const [status, body] = await send("ann");
  expect(status).toBe(503);
  expect(body).toMatchObject(unavailable);
  const client = createClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const headers = await issuer.headers({ scopes: ["shelf:read"] });
  const operation = client.iterate({ query: "{ reader }", extensions: { headers } });
  await expect(operation.next()).rejects.toMatchObject(unavailable.errors);
  await client.dispose();

  issuer.comeBack();
  await expect.poll(async () => (await send("ann"))[0], { timeout: 60_000 }).toBe(200);
});
