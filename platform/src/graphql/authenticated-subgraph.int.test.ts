import { once } from "node:events";
import { createClient, type Client } from "graphql-ws";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { authenticationShape, createAuthentication } from "../auth/authentication.ts";
import { loadConfig } from "../config.ts";
import { createHttpServer, type HttpServer } from "../http/http-server.ts";
import { createLogger } from "../logging.ts";
import {
  createTestIssuer,
  type TestIssuer,
  type TestTokenOptions,
} from "../testing/test-issuer.ts";
import { buildSubgraph } from "./build-subgraph.ts";
import { serveGraphql } from "./serve-graphql.ts";
import { idleLibrary } from "./idle-library.fixture.ts";

let issuer: TestIssuer;
let server: HttpServer;
let close: () => Promise<void>;
let url: string;

beforeAll(async () => {
  issuer = await createTestIssuer();
  const logger = createLogger("library", "silent");
  const config = loadConfig("library", authenticationShape, issuer.env);
  const authentication = createAuthentication(config, logger);
  server = createHttpServer({ service: "library", logger, authentication });
  close = await serveGraphql({
    schema: buildSubgraph(idleLibrary),
    server,
    logger,
    createContext: (request) => ({ request }),
  });
  await server.app.listen({ port: 0, host: "127.0.0.1" });
  url = `${server.app.listeningOrigin}/graphql`;
});
afterAll(async () => {
  await close();
  await server.app.close();
  issuer.stop();
});

const post = async (query: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
  });
  return { response, text: await response.text() };
};

const connect = (connectionParams: Record<string, unknown> = {}): Client =>
  createClient({
    url: url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 0,
  });

const reading = (more: TestTokenOptions = {}) =>
  issuer.headers({ scopes: ["shelf:read"], ...more });

it("serves only health and metrics when there is no token", async () => {
  const { response, text } = await post("{ reader }");
  expect(response.status).toBe(401);
  expect(response.headers.get("www-authenticate")).toBe("Bearer");
  expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
  for (const path of ["/health/live", "/health/ready", "/metrics"]) {
    expect((await fetch(new URL(path, url))).status).toBe(200);
  }
  expect((await fetch(`${url}?query=%7Breader%7D`)).status).toBe(401);
});

it("answers 401 when the token has 64 kB", async () => {
  const { response } = await post("{ reader }", { authorization: `Bearer ${"x".repeat(65_536)}` });
  expect(response.status).toBe(401);
});

it("passes the caller to resolvers and enforces their rules when the token is valid", async () => {
  const { text } = await post("{ reader }", await reading({ subject: "ann" }));
  expect(JSON.parse(text)).toEqual({ data: { reader: "ann" } });
  const refused = await post("{ reader }", await reading({ scopes: [] }));
  expect(JSON.parse(refused.text)).toMatchObject({
    errors: [{ extensions: { code: "FORBIDDEN" } }],
  });
});

it("closes the socket with 4401 when its token is invalid", async () => {
  const socket = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws");
  await once(socket, "open");
  socket.send(
    JSON.stringify({ type: "connection_init", payload: { authorization: "Bearer a.b.c" } }),
  );
  const [code, reason] = (await once(socket, "close")) as [number, Buffer];
  expect([code, reason.toString()]).toEqual([4401, "Unauthorized"]);
});

it("takes the caller from the operation's headers when it has them, else from the connection", async () => {
  const client = connect({ ...(await reading({ subject: "ann" })) });
  const reader = async (headers?: object): Promise<unknown> => {
    const extensions = headers === undefined ? {} : { extensions: { headers } };
    const { value } = await client.iterate({ query: "{ reader }", ...extensions }).next();
    return (value as { data: { reader: string } }).data.reader;
  };
  expect(await reader()).toBe("ann");
  expect(await reader(await reading({ subject: "ben" }))).toBe("ben");
  expect(await reader()).toBe("ann");
  await client.dispose();
});

it("refuses only the operation when its token is missing or invalid", async () => {
  const client = connect();
  const good = client.iterate({
    query: "subscription { shelfOpened }",
    extensions: { headers: await reading() },
  });
  expect((await good.next()).value).toEqual({ data: { shelfOpened: "one" } });
  for (const headers of [{}, { authorization: "Bearer a.b.c" }]) {
    await expect(
      client.iterate({ query: "{ reader }", extensions: { headers } }).next(),
    ).rejects.toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
  }
  expect((await good.next()).value).toEqual({ data: { shelfOpened: "two" } });
  await client.dispose();
});

it("ends a subscription with UNAUTHENTICATED when its token expires", async () => {
  const client = connect();
  const startedAt = Date.now();
  const events = client.iterate({
    query: "subscription { shelfOpened }",
    extensions: { headers: await reading({ expiresIn: 2 }) },
  });
  const drain = async (): Promise<never> => {
    while ((await events.next()).done !== true);
    throw new Error("the subscription ended without an error");
  };
  await expect(drain()).rejects.toMatchObject([
    {
      message: "The access token has expired.",
      extensions: { code: "UNAUTHENTICATED" },
    },
  ]);
  // The token's expiry is a whole second, at least one second after its creation.
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(990);
  await client.dispose();
});
