import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ClientCredentials } from "./client-credentials.ts";

let server: Server;
let requests = 0;
let down = false;
let lastsSeconds = 300;
let authorization: string | undefined;

beforeEach(async () => {
  requests = 0;
  down = false;
  lastsSeconds = 300;
  server = createServer((request, response) => {
    requests += 1;
    ({ authorization } = request.headers);
    if (down) {
      response.writeHead(503).end("{}");
      return;
    }
    const token = `token-${requests}`;
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

test("sends one request when many calls wait for a token", async () => {
  const credentials = source();
  const tokens = await Promise.all(Array.from({ length: 10 }, () => credentials.token()));
  expect(new Set([...tokens, await credentials.token()])).toEqual(new Set(["token-1"]));
  expect(requests).toBe(1);
  expect(authorization).toBe(`Basic ${Buffer.from("metrics:a%3Ab%20c").toString("base64")}`);
});

test("requests a new token when the held one expires soon", async () => {
  lastsSeconds = 30;
  const credentials = source();
  expect(await credentials.token()).toBe("token-1");
  expect(await credentials.token()).toBe("token-2");
});

test("returns the held token when it expires soon and the issuer is unavailable", async () => {
  lastsSeconds = 30;
  const credentials = source();
  await credentials.token();
  down = true;
  expect(await credentials.token()).toBe("token-1");
});

test("fails with UPSTREAM_UNAVAILABLE when it holds no token and the issuer is unavailable", async () => {
  down = true;
  await expect(source().token()).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
});

test("fails when the issuer grants fewer scopes than requested", async () => {
  await expect(source(["ledger:read", "admin"]).token()).rejects.toMatchObject({
    detail: "client metrics: not granted: admin",
  });
});
