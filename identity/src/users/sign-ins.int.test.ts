import { newId } from "@allfunds/platform/ids";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, refusals } from "../ask.fixture.ts";
import { PlainBrowser } from "../browser.fixture.ts";
import { addUser, runIdentity, SYSTEM_SECRET, type RunningIdentity } from "../identity.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";
import { endSignIn, listSignIns } from "./sign-ins.ts";

let identity: RunningIdentity;
let adminToken: string;
beforeAll(async () => {
  identity = await runIdentity({ trustedProxies: ["127.0.0.1"] });
  const admin = await addUser(identity.parts, "admin", { totp: true });
  adminToken = await tokenOf(identity, admin);
});
afterAll(() => identity.stop());

const refresh = ({ web, tokens }: Awaited<ReturnType<typeof signIn>>) =>
  client.refreshTokenGrant(web, tokens.refresh_token ?? "");

test("a user sees every sign-in and ends another one; the own one goes on", async () => {
  const user = await addUser(identity.parts, "viewer");
  const laptop = await signIn(identity, user);
  const phone = await signIn(identity, user);
  let page = await laptop.browser.open(`${identity.config.issuer}/account`);
  page = await laptop.browser.submit(page, "/confirm", { password: user.password });
  expect(page.text.match(/from 127\.0\.0\.1, since/g)).toHaveLength(2);
  expect(page.text.match(/this one/g)).toHaveLength(1);

  const other = page.forms.find(({ action }) => action.endsWith("/sign-ins/end"))?.hidden ?? {};
  page = await laptop.browser.submit(page, "/sign-ins/end", other);
  expect(page.text).toContain("The sign-in has ended.");
  await expect(refresh(phone)).rejects.toMatchObject({ error: "invalid_grant" });
  expect((await phone.browser.open(`${identity.config.issuer}/account`)).status).toBe(401);
  await expect(refresh(laptop)).resolves.toBeDefined();
  expect(await listSignIns(identity.parts.pool, user.userId)).toMatchObject([
    { factors: ["pwd"], ip: "127.0.0.1" },
  ]);
});

test("nobody ends a sign-in of somebody else by its id", async () => {
  const [one, two] = [
    await addUser(identity.parts, "viewer"),
    await addUser(identity.parts, "viewer"),
  ];
  const theirs = await signIn(identity, two);
  const { pool, protocol } = identity.parts;
  const [known] = await listSignIns(pool, two.userId);
  expect(await endSignIn(pool, protocol.provider, one.userId, known?.id ?? "")).toBe(false);
  expect(await endSignIn(pool, protocol.provider, two.userId, "")).toBe(false);
  await expect(refresh(theirs)).resolves.toBeDefined();
});

test("an administrator sees where a user is signed in and signs them out", async () => {
  const user = await addUser(identity.parts, "accountant");
  const session = await signIn(identity, user);
  const seen = await ask(
    identity,
    adminToken,
    `{ users(first: 200) { nodes { id signIns { factors ip } } } }`,
  );
  const { nodes } = seen.body.data["users"] as { nodes: { id: string; signIns: unknown[] }[] };
  expect(nodes.find(({ id }) => id === user.userId)?.signIns).toEqual([
    { factors: ["pwd"], ip: "127.0.0.1" },
  ]);
  const ended = await ask(
    identity,
    adminToken,
    `mutation { endUserSessions(userId: "${user.userId}") { id signIns { id } } }`,
  );
  expect(ended.body.data["endUserSessions"]).toEqual({ id: user.userId, signIns: [] });
  await expect(refresh(session)).rejects.toMatchObject({ error: "invalid_grant" });
  const { rows } = await identity.parts.pool.query<{ subject: string; detail: object }>(
    "SELECT subject FROM audit_event WHERE action = 'sessions.end' ORDER BY sequence DESC LIMIT 1",
  );
  expect(rows).toEqual([{ subject: user.userId }]);
});

test("a user ends all sign-ins of their own, and nobody else's", async () => {
  const [one, two] = [
    await addUser(identity.parts, "viewer"),
    await addUser(identity.parts, "viewer"),
  ];
  const [laptop, phone] = [await signIn(identity, one), await signIn(identity, one)];
  const theirs = await signIn(identity, two);
  const { body } = await ask(identity, laptop.tokens.access_token, "mutation { endMySessions }");
  expect(body.data).toEqual({ endMySessions: true });
  for (const ended of [laptop, phone]) {
    await expect(refresh(ended)).rejects.toMatchObject({ error: "invalid_grant" });
  }
  await expect(refresh(theirs)).resolves.toBeDefined();
});

test("users of another tenant, and ids that are none, do not exist for an administrator", async () => {
  const tenantId = newId();
  await identity.parts.pool.query("INSERT INTO tenant (tenant_id, name) VALUES ($1, 'Other')", [
    tenantId,
  ]);
  const foreign = await addUser(identity.parts, "viewer", { tenantId });
  const theirs = await signIn(identity, foreign);
  for (const operation of [
    (id: string) => `endUserSessions(userId: "${id}") { id }`,
    (id: string) => `setUserDisabled(userId: "${id}", disabled: true) { id }`,
    (id: string) =>
      `changeAccess(input: {userId: "${id}", roles: ["viewer"], allFunds: true}) { id }`,
  ]) {
    const sentences = [];
    for (const id of [foreign.userId, newId(), "x"]) {
      const [refusal] =
        refusals(await ask(identity, adminToken, `mutation { ${operation(id)} }`)) ?? [];
      sentences.push(`${refusal?.code} ${refusal?.message}`);
    }
    expect(sentences).toEqual(Array(3).fill("NOT_FOUND There is no such user."));
  }
  await expect(refresh(theirs)).resolves.toBeDefined();
});

test("an address a trusted proxy tells is believed, and no other header of its kind", async () => {
  const user = await addUser(identity.parts, "viewer");
  const browser = new PlainBrowser({ "x-forwarded-for": "198.51.100.23" });
  await signIn(identity, user, browser);
  const [seen] = await listSignIns(identity.parts.pool, user.userId);
  expect(seen?.ip).toBe("198.51.100.23");

  const direct = await runIdentity();
  try {
    const token = await fetch(`${direct.config.issuer}/oauth/token`, {
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
    await direct.stop();
  }
});
