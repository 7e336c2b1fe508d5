import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ClientCredentials } from "./client-credentials.ts";

let server: Server;
let asked = 0;
let down = false;
let lastsSeconds = 300;
let authorization: string | undefined;

beforeEach(async () => {
  asked = 0;
  down = false;
  lastsSeconds = 300;
  server = createServer((request, response) => {
    asked += 1;
    ({ authorization } = request.headers);
    if (down) {
      response.writeHead(503).end("{}");
      return;
    }
    const token = `token-${asked}`;
    response.end(
      JSON.stringify({ access_token: token, expires_in: lastsSeconds, scope: "ledger:read" }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const source = (scopes = ["ledger:read"]) =>
  new ClientCredentials({
    tokenEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    clientId: "metrics",
    clientSecret: "a:b c",
    resource: "urn:graph",
    scopes,
  });

test("many who wait at once share one request, and later ones its token", async () => {
  const credentials = source();
  const tokens = await Promise.all(Array.from({ length: 10 }, () => credentials.token()));
  expect(new Set([...tokens, await credentials.token()])).toEqual(new Set(["token-1"]));
  expect(asked).toBe(1);
  expect(authorization).toBe(`Basic ${Buffer.from("metrics:a%3Ab%20c").toString("base64")}`);
});

test("a token near its end is replaced", async () => {
  lastsSeconds = 30;
  const credentials = source();
  expect(await credentials.token()).toBe("token-1");
  expect(await credentials.token()).toBe("token-2");
});

test("while the issuer is away a token near its end is still used", async () => {
  lastsSeconds = 30;
  const credentials = source();
  await credentials.token();
  down = true;
  expect(await credentials.token()).toBe("token-1");
});

test("without a token an absent issuer is a failure of ours, not of the caller", async () => {
  down = true;
  await expect(source().token()).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
});

test("fewer scopes than asked for is no success, however politely it is answered", async () => {
  await expect(source(["ledger:read", "admin"]).token()).rejects.toMatchObject({
    detail: "client metrics: not granted: admin",
  });
});
