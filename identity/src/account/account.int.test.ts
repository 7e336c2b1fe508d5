import { newId } from "@allfunds/platform/ids";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PlainBrowser } from "../browser.fixture.ts";
import { codes, queryGraph } from "../graph.fixture.ts";
import { addUser, openService, type RunningService } from "../service.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";

let service: RunningService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

interface Invited {
  readonly inviteUser: { readonly id: string };
}

/** Quoted-printable breaks long lines; a link is one of them. */
const linkIn = (email: string): string =>
  /http:\S+\/password\/new\/[\w-]+/.exec(
    email.replaceAll(/=\r?\n/g, "").replaceAll("=3D", "="),
  )?.[0] ?? "";

const DEADLINE = { timeout: 60_000, interval: 20 };

const emailsTo = async (address: string): Promise<string[]> =>
  (await service.emails()).filter((email) => email.includes(`To: ${address}`));

const emailTo = (address: string, subject: string): Promise<string> =>
  vi.waitFor(async () => {
    const emails = await emailsTo(address);
    const found = emails.filter((email) => email.includes(subject)).at(-1);
    if (found === undefined) throw new Error(`no "${subject}" among ${emails.length} emails`);
    return found;
  }, DEADLINE);

/** Requests a password reset for each address, and waits until the last one has its email. */
async function requestResets(browser: PlainBrowser, ...addresses: string[]): Promise<void> {
  const page = await browser.open(`${service.issuer}/password/forgotten`);
  const last = await addUser(service, "viewer");
  for (const email of [...addresses, last.email]) {
    const sent = await browser.submit(page, "/forgotten", { email });
    expect(sent.title).toBe("Check your email");
  }
  await emailTo(last.email, "new AllFunds password");
}

test("an invited user chooses a password by the link, once, and signs in", async () => {
  const admin = await addUser(service, "admin", { totp: true });
  const email = `new-${newId()}@test.example`;
  const { body } = await queryGraph<Invited>(
    service,
    await tokenOf(service, admin),
    `mutation { inviteUser(input: {email: "${email}", name: "Nora New", roles: ["viewer"], allFunds: true}) { id status } }`,
  );
  expect(body.data.inviteUser).toMatchObject({ status: "INVITED" });

  const link = linkIn(await emailTo(email, "invited"));
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
  await expect(signIn(service, user)).resolves.toBeDefined();
});

test("only the email opens the account after an administrator has reset it", async () => {
  const admin = await addUser(service, "admin", { totp: true });
  const adminToken = await tokenOf(service, admin);
  const user = await addUser(service, "approver", { totp: true });
  const { tokens, web } = await signIn(service, user);
  const reset = (userId: string) =>
    queryGraph(
      service,
      adminToken,
      `mutation { resetSignIn(userId: "${userId}") { status hasTotp passkeys signIns { id } } }`,
    );
  expect((await reset(user.userId)).body).toEqual({
    data: { resetSignIn: { status: "ACTIVE", hasTotp: false, passkeys: 0, signIns: [] } },
  });
  await expect(client.refreshTokenGrant(web, tokens.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  });
  await expect(signIn(service, user)).rejects.toThrow(/not right/);

  const link = linkIn(await emailTo(user.email, "new AllFunds password"));
  const browser = new PlainBrowser();
  const choose = await browser.open(link);
  await browser.submit(choose, link.slice(-20), { password: "some other violet tractor" });
  // The role requires a second factor, which is set up again during the sign-in.
  const renewed = { ...user, password: "some other violet tractor", totpSecret: undefined };
  await expect(signIn(service, renewed)).resolves.toBeDefined();
  expect(codes(await reset(admin.userId))?.[0]).toBe("FORBIDDEN");
});

test("an invitation is sent again, and the earlier one stops working", async () => {
  const admin = await addUser(service, "admin", { totp: true });
  const token = await tokenOf(service, admin);
  const email = `lost-${newId()}@test.example`;
  const { body } = await queryGraph<Invited>(
    service,
    token,
    `mutation { inviteUser(input: {email: "${email}", name: "Lost", roles: ["viewer"]}) { id } }`,
  );
  const first = linkIn(await emailTo(email, "invited"));
  const again = await queryGraph<{ resetSignIn: { status: string } }>(
    service,
    token,
    `mutation { resetSignIn(userId: "${body.data.inviteUser.id}") { id status } }`,
  );
  expect(again.body.data.resetSignIn.status).toBe("INVITED");
  const browser = new PlainBrowser();
  await expect.poll(() => emailsTo(email), DEADLINE).toHaveLength(2);
  const second = (await emailsTo(email)).map(linkIn).find((link) => link !== first) ?? "";
  expect((await browser.open(second)).title).toBe("Welcome to AllFunds");
  expect((await browser.open(first)).status).toBe(410);
});

test("a forgotten password is replaced through a link, and every sign-in ends", async () => {
  const user = await addUser(service, "viewer");
  const { tokens, web } = await signIn(service, user);
  const browser = new PlainBrowser();
  const page = await browser.open(`${service.issuer}/password/forgotten`);
  const sent = await browser.submit(page, "/forgotten", { email: user.email.toUpperCase() });
  const unknown = await browser.submit(page, "/forgotten", { email: "unknown@test.example" });
  expect(unknown.text).toBe(sent.text);

  const link = linkIn(await emailTo(user.email, "new AllFunds password"));
  const choose = await browser.open(link);
  await browser.submit(choose, link.slice(-20), { password: "another violet tractor" });
  await expect(client.refreshTokenGrant(web, tokens.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  });
  await expect(signIn(service, user)).rejects.toThrow(/not right/);
  await expect(
    signIn(service, { ...user, password: "another violet tractor" }),
  ).resolves.toBeDefined();
  await emailTo(user.email, "A password was chosen");
});

test("no more than three emails go to an address in a quarter of an hour", async () => {
  const { email } = await addUser(service, "viewer");
  await requestResets(new PlainBrowser(), ...Array<string>(6).fill(email));
  await expect.poll(() => emailsTo(email), DEADLINE).toHaveLength(3);
});

test("a link does not work when a newer one replaces it", async () => {
  const { email } = await addUser(service, "viewer");
  const browser = new PlainBrowser();
  await requestResets(browser, email);
  const first = linkIn(await emailTo(email, "new AllFunds password"));
  await requestResets(browser, email);
  await expect.poll(async () => (await browser.open(first)).status, DEADLINE).toBe(410);
});

test("the account page requires the factors again before it changes anything", async () => {
  const user = await addUser(service, "viewer");
  const { browser, tokens, web } = await signIn(service, user);
  const account = `${service.issuer}/account`;
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

test("a session from before a passkey cannot change the account with the password alone", async () => {
  const user = await addUser(service, "viewer");
  const { browser } = await signIn(service, user);
  await service.parts.pool.query(
    `INSERT INTO passkey (credential_id, user_id, public_key, counter, transports, name)
     VALUES ($1::text, $1::uuid, '', 0, '{}', 'Key')`,
    [user.userId],
  );
  const account = `${service.issuer}/account`;
  const page = await browser.submit(await browser.open(account), "/confirm", {
    password: user.password,
  });
  expect(page.status).toBe(401);
  const { origin } = new URL(account);
  expect((await browser.post(`${account}/totp`, {}, origin)).status).toBe(403);
});
