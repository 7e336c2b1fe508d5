import { newId } from "@allfunds/platform/ids";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ask, codes } from "./ask.fixture.ts";
import { PlainBrowser } from "./browser.fixture.ts";
import { addUser, runIdentity, type RunningIdentity } from "./identity.fixture.ts";
import { signIn } from "./sign-in.fixture.ts";
import { tokenOf } from "./tokens.fixture.ts";

let identity: RunningIdentity;
beforeAll(async () => {
  identity = await runIdentity();
});
afterAll(() => identity.stop());

interface Invited {
  readonly inviteUser: { readonly id: string };
}

/** Quoted-printable breaks long lines; a link is one of them. */
const linkIn = (letter: string): string =>
  /http:\S+\/password\/new\/[\w-]+/.exec(
    letter.replaceAll(/=\r?\n/g, "").replaceAll("=3D", "="),
  )?.[0] ?? "";

const letterTo = (address: string, subject: string): Promise<string> =>
  vi.waitFor(async () => {
    const found = (await identity.letters())
      .filter((letter) => letter.includes(`To: ${address}`) && letter.includes(subject))
      .at(-1);
    expect(found).toBeDefined();
    return found as string;
  });

test("an invited user chooses a password by the link, once, and signs in", async () => {
  const admin = await addUser(identity.parts, "admin", { totp: true });
  const email = `new-${newId()}@test.example`;
  const { body } = await ask<Invited>(
    identity,
    await tokenOf(identity, admin),
    `mutation { inviteUser(input: {email: "${email}", name: "Nora New", roles: ["viewer"], allFunds: true}) { id status } }`,
  );
  expect(body.data.inviteUser).toMatchObject({ status: "INVITED" });

  const link = linkIn(await letterTo(email, "invited"));
  const browser = new PlainBrowser();
  let page = await browser.open(link);
  expect(page.title).toBe("Welcome to AllFunds");
  page = await browser.submit(page, link.slice(-20), { password: "short" });
  expect(page.status).toBe(400);
  page = await browser.submit(page, link.slice(-20), { password: "violet tractor sings" });
  expect(page.title).toBe("Your password is set");
  expect((await browser.open(link)).status).toBe(410);

  const { id: userId } = body.data.inviteUser;
  const user = { userId, email, password: "violet tractor sings", totpSecret: undefined };
  await expect(signIn(identity, user)).resolves.toBeDefined();
});

test("an administrator resets a sign-in: only the letter opens the account then", async () => {
  const admin = await addUser(identity.parts, "admin", { totp: true });
  const adminToken = await tokenOf(identity, admin);
  const user = await addUser(identity.parts, "approver", { totp: true });
  const { tokens, web } = await signIn(identity, user);
  const reset = (userId: string) =>
    ask(
      identity,
      adminToken,
      `mutation { resetSignIn(userId: "${userId}") { status hasTotp passkeys signIns { id } } }`,
    );
  expect((await reset(user.userId)).body).toEqual({
    data: { resetSignIn: { status: "ACTIVE", hasTotp: false, passkeys: 0, signIns: [] } },
  });
  await expect(client.refreshTokenGrant(web, tokens.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  });
  await expect(signIn(identity, user)).rejects.toThrow(/not right/);

  const link = linkIn(await letterTo(user.email, "new AllFunds password"));
  const browser = new PlainBrowser();
  const choose = await browser.open(link);
  await browser.submit(choose, link.slice(-20), { password: "some other violet tractor" });
  // The role demands a second factor, which is set up anew on the way.
  const renewed = { ...user, password: "some other violet tractor", totpSecret: undefined };
  await expect(signIn(identity, renewed)).resolves.toBeDefined();
  expect(codes(await reset(admin.userId))?.[0]).toBe("FORBIDDEN");
});

test("an invitation that got lost is sent again, and the earlier one stops working", async () => {
  const admin = await addUser(identity.parts, "admin", { totp: true });
  const token = await tokenOf(identity, admin);
  const email = `lost-${newId()}@test.example`;
  const { body } = await ask<Invited>(
    identity,
    token,
    `mutation { inviteUser(input: {email: "${email}", name: "Lost", roles: ["viewer"]}) { id } }`,
  );
  const first = linkIn(await letterTo(email, "invited"));
  const again = await ask<{ resetSignIn: { status: string } }>(
    identity,
    token,
    `mutation { resetSignIn(userId: "${body.data.inviteUser.id}") { id status } }`,
  );
  expect(again.body.data.resetSignIn.status).toBe("INVITED");
  const browser = new PlainBrowser();
  await vi.waitFor(async () => {
    const links = (await identity.letters())
      .filter((letter) => letter.includes(`To: ${email}`))
      .map(linkIn);
    expect(links).toHaveLength(2);
    const second = links.find((link) => link !== first) ?? "";
    expect((await browser.open(second)).title).toBe("Welcome to AllFunds");
  });
  expect((await browser.open(first)).status).toBe(410);
});

test("a forgotten password is replaced by a link, and every sign-in ends", async () => {
  const user = await addUser(identity.parts, "viewer");
  const { tokens, web } = await signIn(identity, user);
  const browser = new PlainBrowser();
  const page = await browser.open(`${identity.config.issuer}/password/forgotten`);
  const sent = await browser.submit(page, "/forgotten", { email: user.email.toUpperCase() });
  const unknown = await browser.submit(page, "/forgotten", { email: "nobody@test.example" });
  expect(unknown.text).toBe(sent.text);

  const link = linkIn(await letterTo(user.email, "new AllFunds password"));
  const choose = await browser.open(link);
  await browser.submit(choose, link.slice(-20), { password: "another violet tractor" });
  await expect(client.refreshTokenGrant(web, tokens.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  });
  await expect(signIn(identity, user)).rejects.toThrow(/not right/);
  await expect(
    signIn(identity, { ...user, password: "another violet tractor" }),
  ).resolves.toBeDefined();
  await letterTo(user.email, "A password was chosen");
});

test("no more than three letters go to an address in a quarter of an hour", async () => {
  const user = await addUser(identity.parts, "viewer");
  const browser = new PlainBrowser();
  const page = await browser.open(`${identity.config.issuer}/password/forgotten`);
  for (let time = 0; time < 6; time += 1) {
    const answer = await browser.submit(page, "/forgotten", { email: user.email });
    expect(answer.title).toBe("Look into your mail");
  }
  await vi.waitFor(async () => {
    const sent = (await identity.letters()).filter((letter) => letter.includes(user.email));
    expect(sent).toHaveLength(3);
  });
});

test("a link that was replaced by a newer one does not work", async () => {
  const user = await addUser(identity.parts, "viewer");
  const browser = new PlainBrowser();
  const page = await browser.open(`${identity.config.issuer}/password/forgotten`);
  await browser.submit(page, "/forgotten", { email: user.email });
  const first = linkIn(await letterTo(user.email, "new AllFunds password"));
  await browser.submit(page, "/forgotten", { email: user.email });
  await vi.waitFor(async () => {
    expect((await browser.open(first)).status).toBe(410);
  });
});

test("the account page asks for the factors again before it changes anything", async () => {
  const user = await addUser(identity.parts, "viewer");
  const { browser, tokens, web } = await signIn(identity, user);
  const account = `${identity.config.issuer}/account`;
  const { origin } = new URL(account);
  expect((await new PlainBrowser().open(account)).status).toBe(401);
  expect((await browser.post(`${account}/recovery-codes`, {}, origin)).status).toBe(403);
  let page = await browser.open(account);
  page = await browser.submit(page, "/confirm", { password: "wrong wrong wrong" });
  expect(page.status).toBe(401);
  page = await browser.submit(page, "/confirm", { password: user.password });
  expect(page.text).toContain("Authenticator app");
  page = await browser.submit(page, "/recovery-codes", {});
  expect(page.text.match(/<li><code>/g)).toHaveLength(10);
  page = await browser.open(account);
  page = await browser.submit(page, "/sign-out-everywhere", {});
  expect(page.title).toBe("You are signed out");
  await expect(client.refreshTokenGrant(web, tokens.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  });
  expect((await browser.open(account)).status).toBe(401);
});

test("a session from before a passkey does not change the account by the password alone", async () => {
  const user = await addUser(identity.parts, "viewer");
  const { browser } = await signIn(identity, user);
  await identity.parts.pool.query(
    `INSERT INTO passkey (credential_id, user_id, public_key, counter, transports, name)
     VALUES ($1::text, $1::uuid, '', 0, '{}', 'Key')`,
    [user.userId],
  );
  const account = `${identity.config.issuer}/account`;
  const page = await browser.submit(await browser.open(account), "/confirm", {
    password: user.password,
  });
  expect(page.status).toBe(401);
  const { origin } = new URL(account);
  expect((await browser.post(`${account}/totp`, {}, origin)).status).toBe(403);
});
