import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PlainBrowser } from "../browser.fixture.ts";
import { managerOf } from "../clients/api-client.fixture.ts";
import { createApiClient } from "../clients/manage-clients.ts";
import {
  runIdentity,
  SYSTEM_SECRET,
  WEB_SECRET,
  type RunningIdentity,
} from "../identity.fixture.ts";
import { discoverAs, startSignIn } from "../sign-in.fixture.ts";

let identity: RunningIdentity;
beforeAll(async () => {
  identity = await runIdentity({ trustedProxies: ["127.0.0.1"] }, undefined, {
    signInsPerMinute: 3,
    tokensPerMinute: 3,
    wrongSecrets: 3,
    wrongSecretsOfPlace: 5,
  });
});
afterAll(() => identity.stop());

async function askToken(clientId: string, secret: string, ip: string) {
  const response = await fetch(`${identity.config.issuer}/oauth/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${encodeURIComponent(secret)}`).toString("base64")}`,
      "x-forwarded-for": ip,
    },
    body: new URLSearchParams({ grant_type: "client_credentials", scope: "feed:read" }),
  });
  const { error } = (await response.json()) as { error?: string };
  return { status: response.status, error, retryAfter: response.headers.get("retry-after") };
}

const statuses = async (clientId: string, secret: string, ip: string): Promise<number[]> => {
  const all = [];
  for (let time = 0; time < 5; time += 1) {
    all.push((await askToken(clientId, secret, ip)).status);
  }
  return all;
};

test("secrets of a client are guessed three times from one place, and then not looked at", async () => {
  const here = "192.0.2.1";
  for (let time = 0; time < 3; time += 1) {
    expect(await askToken("follower", "wrong", here)).toMatchObject({ status: 401 });
  }
  const right = await askToken("follower", SYSTEM_SECRET, here);
  expect(right).toMatchObject({ status: 429, error: "temporarily_unavailable" });
  expect(Number(right.retryAfter)).toBeGreaterThan(800);
  expect((await askToken("follower", SYSTEM_SECRET, "192.0.2.2")).status).toBe(200);
  expect((await askToken("collector", SYSTEM_SECRET, here)).status).not.toBe(429);
});

test("a place that tries many clients is refused whatever it names", async () => {
  const here = "192.0.2.3";
  for (let time = 0; time < 5; time += 1) {
    expect((await askToken(`client_${time}`, "wrong", here)).status).toBe(401);
  }
  expect((await askToken("gateway", SYSTEM_SECRET, here)).status).toBe(429);
});

async function lines(): Promise<number> {
  const { rows } = await identity.parts.pool.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM audit_event",
  );
  return rows[0]?.n ?? 0;
}

test("strangers who send nonsense fill the trail no further than their place may guess", async () => {
  const before = await lines();
  for (const path of ["token", "revoke", "sign-out/confirm"]) {
    for (let time = 0; time < 10; time += 1) {
      await fetch(`${identity.config.issuer}/oauth/${path}`, {
        method: "POST",
        headers: { "x-forwarded-for": "192.0.2.9" },
        body: "nonsense",
      });
    }
  }
  expect((await lines()) - before).toBeLessThanOrEqual(5);
});

test("an API client that asks for a token again and again is slowed down, the web app is not", async () => {
  expect(await statuses("follower", SYSTEM_SECRET, "192.0.2.4")).toEqual(Array(5).fill(200));
  const { client, clientSecret } = await createApiClient(
    identity.parts.pool,
    managerOf(DEMO_TENANT_ID),
    {
      name: "Hasty",
      scopes: ["ledger:read"],
      expiresAt: null,
    },
  );
  const { clientId } = client;
  expect(await statuses(clientId, clientSecret, "192.0.2.5")).toEqual([200, 200, 200, 429, 429]);
  // A grant the web app may not use is refused as such, not for its number.
  expect(await statuses("web", WEB_SECRET, "192.0.2.6")).toEqual(Array(5).fill(400));
});

test("sign-ins are begun at a limited rate from one place, and a page says so", async () => {
  await discoverAs(identity);
  const { url } = await startSignIn(identity);
  const from = (ip: string) => new PlainBrowser({ "x-forwarded-for": ip }).open(url.href);
  for (let time = 0; time < 3; time += 1) expect((await from("192.0.2.7")).title).toBe("Sign in");
  const refused = await from("192.0.2.7");
  expect(refused).toMatchObject({ status: 429, title: "Please wait a moment" });
  expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  expect((await from("192.0.2.8")).title).toBe("Sign in");
});
