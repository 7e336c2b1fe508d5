import { newId } from "@allfunds/platform/ids";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { queryGraph, refusals } from "../graph.fixture.ts";
import { PlainBrowser } from "../browser.fixture.ts";
import {
  addTenant,
  addUser,
  openService,
  SYSTEM_SECRET,
  type RunningService,
} from "../service.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";
import { endSession, listSignIns } from "./sessions.ts";

let service: RunningService;
let adminToken: string;
beforeAll(async () => {
  service = await openService({ env: { TRUSTED_PROXIES: "127.0.0.1" } });
  const admin = await addUser(service, "admin", { totp: true });
  adminToken = await tokenOf(service, admin);
});
afterAll(() => service.close());

const refresh = ({ web, tokens }: Awaited<ReturnType<typeof signIn>>) =>
  client.refreshTokenGrant(web, tokens.refresh_token ?? "");

test("a user sees every sign-in and ends another one, while their own continues", async () => {
  const user = await addUser(service, "viewer");
  const laptop = await signIn(service, user);
  const phone = await signIn(service, user);
  let page = await laptop.browser.open(`${service.issuer}/account`);
  page = await laptop.browser.submit(page, "/confirm", { password: user.password });
  expect(page.text.match(/from 127\.0\.0\.1, since/g)).toHaveLength(2);
  expect(page.text.match(/this one/g)).toHaveLength(1);

  const other = page.forms.find(({ action }) => action.endsWith("/sign-ins/end"))?.hidden ?? {};
  page = await laptop.browser.submit(page, "/sign-ins/end", other);
  expect(page.text).toContain("The sign-in has ended.");
  await expect(refresh(phone)).rejects.toMatchObject({ error: "invalid_grant" });
  expect((await phone.browser.open(`${service.issuer}/account`)).status).toBe(401);
  await expect(refresh(laptop)).resolves.toBeDefined();
  expect(await listSignIns(service.parts.pool, user.userId)).toMatchObject([
    { factors: ["pwd"], ip: "127.0.0.1" },
  ]);
});

test("a user cannot end another user's sign-in by its id", async () => {
  const [one, two] = [await addUser(service, "viewer"), await addUser(service, "viewer")];
  const foreign = await signIn(service, two);
  const { pool, protocol } = service.parts;
  const [listed] = await listSignIns(pool, two.userId);
  expect(await endSession(pool, protocol.provider, one.userId, listed?.id ?? "")).toBe(false);
  expect(await endSession(pool, protocol.provider, two.userId, "")).toBe(false);
  await expect(refresh(foreign)).resolves.toBeDefined();
});

test("an administrator sees where a user is signed in and signs them out", async () => {
  const user = await addUser(service, "accountant");
  const session = await signIn(service, user);
  const listed = await queryGraph(
    service,
    adminToken,
    `{ users(first: 200) { nodes { id signIns { factors ip } } } }`,
  );
  const { nodes } = listed.body.data["users"] as { nodes: { id: string; signIns: unknown[] }[] };
  expect(nodes.find(({ id }) => id === user.userId)?.signIns).toEqual([
    { factors: ["pwd"], ip: "127.0.0.1" },
  ]);
  const ended = await queryGraph(
    service,
    adminToken,
    `mutation { endUserSessions(userId: "${user.userId}") { id signIns { id } } }`,
  );
  expect(ended.body.data["endUserSessions"]).toEqual({ id: user.userId, signIns: [] });
  await expect(refresh(session)).rejects.toMatchObject({ error: "invalid_grant" });
  const { rows } = await service.parts.pool.query<{ subject: string; detail: object }>(
    "SELECT subject FROM audit_event WHERE action = 'sessions.end' ORDER BY sequence DESC LIMIT 1",
  );
  expect(rows).toEqual([{ subject: user.userId }]);
});

test("a user ends all their own sign-ins, and no other user's", async () => {
  const [one, two] = [await addUser(service, "viewer"), await addUser(service, "viewer")];
  const [laptop, phone] = [await signIn(service, one), await signIn(service, one)];
  const foreign = await signIn(service, two);
  const { body } = await queryGraph(
    service,
    laptop.tokens.access_token,
    "mutation { endMySessions }",
  );
  expect(body.data).toEqual({ endMySessions: true });
  for (const ended of [laptop, phone]) {
    await expect(refresh(ended)).rejects.toMatchObject({ error: "invalid_grant" });
  }
  await expect(refresh(foreign)).resolves.toBeDefined();
});

test("an administrator does not find users of another tenant or malformed ids", async () => {
  const user = await addUser(service, "viewer", { tenantId: await addTenant(service) });
  const foreign = await signIn(service, user);
  for (const operation of [
    (id: string) => `endUserSessions(userId: "${id}") { id }`,
    (id: string) => `setUserDisabled(userId: "${id}", disabled: true) { id }`,
    (id: string) =>
      `changeAccess(input: {userId: "${id}", roles: ["viewer"], allFunds: true}) { id }`,
  ]) {
    const refused = [];
    for (const id of [user.userId, newId(), "x"]) {
      const [refusal] =
        refusals(await queryGraph(service, adminToken, `mutation { ${operation(id)} }`)) ?? [];
      refused.push(`${refusal?.code} ${refusal?.message}`);
    }
    expect(refused).toEqual(Array(3).fill("NOT_FOUND There is no such user."));
  }
  await expect(refresh(foreign)).resolves.toBeDefined();
});

test("forwarding headers count only when they come from a trusted proxy", async () => {
  const user = await addUser(service, "viewer");
  const browser = new PlainBrowser({ "x-forwarded-for": "198.51.100.23" });
  await signIn(service, user, browser);
  const [listed] = await listSignIns(service.parts.pool, user.userId);
  expect(listed?.ip).toBe("198.51.100.23");

  const direct = await openService();
  try {
    const token = await fetch(`${direct.issuer}/oauth/token`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`gateway:${encodeURIComponent(SYSTEM_SECRET)}`).toString("base64")}`,
        "x-forwarded-for": "198.51.100.23",
        "x-forwarded-host": "evil.example",
      },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "audit:write" }),
    });
    expect(token.status).toBe(200);
    const { rows } = await direct.parts.pool.query<{ ip: string }>(
      "SELECT ip FROM audit_event WHERE action = 'token.issue'",
    );
    expect(rows).toEqual([{ ip: "127.0.0.1" }]);
  } finally {
    await direct.close();
  }
});
