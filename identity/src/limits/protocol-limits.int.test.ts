import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PlainBrowser } from "../browser.fixture.ts";
import { managerOf } from "../clients/api-client.fixture.ts";
import { createApiClient } from "../clients/manage-clients.ts";
import { openService, SYSTEM_SECRET, type RunningService } from "../service.fixture.ts";
import { discoverAs, startSignIn } from "../sign-in.fixture.ts";

let service: RunningService;
beforeAll(async () => {
  service = await openService({
    env: { TRUSTED_PROXIES: "127.0.0.1" },
    rates: { signInsPerMinute: 3, tokensPerMinute: 3, wrongSecrets: 3, wrongSecretsPerIp: 5 },
  });
});
afterAll(() => service.close());

async function requestToken(clientId: string, secret: string, ip: string) {
  const response = await fetch(`${service.issuer}/oauth/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${encodeURIComponent(secret)}`).toString("base64")}`,
      "x-forwarded-for": ip,
    },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { error } = (await response.json()) as { error?: string };
  return { status: response.status, error, retryAfter: response.headers.get("retry-after") };
}

const statuses = async (clientId: string, secret: string, ip: string): Promise<number[]> => {
  const all = [];
  for (let time = 0; time < 5; time += 1) {
    all.push((await requestToken(clientId, secret, ip)).status);
  }
  return all;
};

test("a client's secret is not checked after three wrong ones from one IP address", async () => {
  const ip = "192.0.2.1";
  for (let time = 0; time < 3; time += 1) {
    expect(await requestToken("follower", "wrong", ip)).toMatchObject({ status: 401 });
  }
  const right = await requestToken("follower", SYSTEM_SECRET, ip);
  expect(right).toMatchObject({ status: 429, error: "temporarily_unavailable" });
  expect(Number(right.retryAfter)).toBeGreaterThan(800);
  expect((await requestToken("follower", SYSTEM_SECRET, "192.0.2.2")).status).toBe(200);
  expect((await requestToken("collector", SYSTEM_SECRET, ip)).status).not.toBe(429);
});

/** A token request whose client and secret are in the body. */
async function requestInBody(clientId: string, secret: string) {
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: secret };
  const response = await fetch(`${service.issuer}/oauth/token`, {
    method: "POST",
    headers: { "x-forwarded-for": "192.0.2.10" },
    body: new URLSearchParams(form),
  });
  const { error } = (await response.json()) as { error?: string };
  return { status: response.status, error, retryAfter: response.headers.get("retry-after") };
}

test("a client that names itself in the body is limited alone, and its refusals fill no log", async () => {
  for (let time = 0; time < 3; time += 1) {
    expect(await requestInBody("follower", "wrong")).toMatchObject({ status: 401 });
  }
  const before = await countEvents();
  const right = await requestInBody("follower", SYSTEM_SECRET);
  expect(right).toMatchObject({ status: 429, error: "temporarily_unavailable" });
  expect(Number(right.retryAfter)).toBeGreaterThan(800);
  expect(await countEvents()).toBe(before);
  expect((await requestInBody("collector", SYSTEM_SECRET)).status).not.toBe(429);
  // By whichever method: it is the same client.
  expect((await requestToken("follower", SYSTEM_SECRET, "192.0.2.10")).status).toBe(429);
});

test("an IP address is refused for every client after wrong secrets for many clients", async () => {
  const ip = "192.0.2.3";
  for (let time = 0; time < 5; time += 1) {
    expect((await requestToken(`client_${time}`, "wrong", ip)).status).toBe(401);
  }
  expect((await requestToken("gateway", SYSTEM_SECRET, ip)).status).toBe(429);
});

async function countEvents(): Promise<number> {
  const { rows } = await service.parts.pool.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM audit_event",
  );
  return rows[0]?.n ?? 0;
}

test("malformed requests of one IP address add no more events than it may guess", async () => {
  const before = await countEvents();
  for (const path of ["token", "revoke", "sign-out/confirm"]) {
    for (let time = 0; time < 10; time += 1) {
      await fetch(`${service.issuer}/oauth/${path}`, {
        method: "POST",
        headers: { "x-forwarded-for": "192.0.2.9" },
        body: "nonsense",
      });
    }
  }
  expect((await countEvents()) - before).toBeLessThanOrEqual(5);
});

test("the token requests of an API client are limited, those of the web app are not", async () => {
  expect(await statuses("follower", SYSTEM_SECRET, "192.0.2.4")).toEqual(Array(5).fill(200));
  const { client, clientSecret } = await createApiClient(
    service.parts.pool,
    managerOf(DEMO_TENANT_ID),
    {
      name: "Hasty",
      scopes: ["ledger:read"],
      expiresAt: null,
    },
  );
  const { clientId } = client;
  expect(await statuses(clientId, clientSecret, "192.0.2.5")).toEqual([200, 200, 200, 429, 429]);
  // The web app may not use this grant: it is refused for that, not for the number of requests.
  expect(await statuses("web", service.webClientSecret, "192.0.2.6")).toEqual(Array(5).fill(400));
});

test("a page refuses sign-ins when one IP address begins too many", async () => {
  await discoverAs(service);
  const { url } = await startSignIn(service);
  const from = (ip: string) => new PlainBrowser({ "x-forwarded-for": ip }).open(url.href);
  for (let time = 0; time < 3; time += 1) expect((await from("192.0.2.7")).title).toBe("Sign in");
  const refused = await from("192.0.2.7");
  expect(refused).toMatchObject({ status: 429, title: "Please wait a moment" });
  expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  expect((await from("192.0.2.8")).title).toBe("Sign in");
});
