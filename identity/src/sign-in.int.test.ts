import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { decodeJwt, decodeProtectedHeader } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlainBrowser, type Shown } from "./browser.fixture.ts";
import { addUser, runIdentity, WEB_SECRET, type RunningIdentity } from "./identity.fixture.ts";
import {
  codeOf,
  credentials,
  discoverAs,
  finishSignIn,
  signIn,
  startSignIn,
} from "./sign-in.fixture.ts";
import { verify } from "./tokens.fixture.ts";

let identity: RunningIdentity;
beforeAll(async () => {
  identity = await runIdentity();
});
afterAll(() => identity.stop());

const lines = async (userId: string) => {
  const { rows } = await identity.parts.pool.query<{ line: string }>(
    `SELECT action || ' ' || outcome AS line FROM audit_event
     WHERE actor_id = $1 ORDER BY sequence`,
    [userId],
  );
  return rows.map(({ line }) => line);
};

describe("signing in", () => {
  test("with password and code makes a token that says so", async () => {
    const user = await addUser(identity.parts, "approver", { totp: true });
    const { tokens } = await signIn(identity, user);
    const { access_token: token } = tokens;
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: "ES256", typ: "at+jwt" });
    expect(await verify(identity, token)).toMatchObject({
      kind: "user",
      tenantId: DEMO_TENANT_ID,
      subject: user.userId,
      clientId: "web",
      roles: ["approver"],
      scopes: ["ledger:read", "ledger:approve", "metrics:read", "analytics:read"],
      funds: "*",
      acr: "mfa",
      amr: ["pwd", "otp", "mfa"],
    });
    expect(tokens.expires_in).toBe(300);
    expect(tokens.claims()).toMatchObject({
      sub: user.userId,
      email: user.email,
      roles: ["approver"],
      tenant: DEMO_TENANT_ID,
      acr: "mfa",
    });
    expect(await lines(user.userId)).toEqual([
      "password.check ALLOWED",
      "second-factor.check ALLOWED",
      "sign-in ALLOWED",
      "token.issue ALLOWED",
    ]);
  });

  test("with a password alone is enough for a viewer, whose token sees only granted funds", async () => {
    const fundId = newId();
    const user = await addUser(identity.parts, "viewer", { fundIds: [fundId] });
    const { tokens } = await signIn(identity, user);
    expect(await verify(identity, tokens.access_token)).toMatchObject({
      scopes: ["ledger:read", "metrics:read", "analytics:read"],
      funds: [fundId],
      acr: "pwd",
      amr: ["pwd"],
    });
  });

  test("asks whoever set up a second factor for it, whatever the role", async () => {
    const user = await addUser(identity.parts, "viewer", { totp: true });
    const { tokens } = await signIn(identity, user);
    expect(decodeJwt(tokens.access_token)).toMatchObject({ acr: "mfa" });
  });

  test("steps up with the second factor only, and only when asked", async () => {
    const user = await addUser(identity.parts, "accountant");
    const { browser } = await signIn(identity, user);
    const again = await startSignIn(identity);
    expect((await browser.open(again.url.href, again.redirectUri)).url).toContain("code=");

    const stepUp = await startSignIn(identity, { acr_values: "mfa" });
    let page = await browser.open(stepUp.url.href, stepUp.redirectUri);
    expect(page.title).toBe("Confirm your password");
    page = await browser.submit(page, "/password", { password: user.password });
    expect(page.title).toBe("Set up your second factor");
    const totpSecret = /class="secret">([A-Z2-7]+)</.exec(page.text)?.[1] ?? "";
    page = await browser.submit(page, "/enrol", {
      code: await codeOf({ ...user, totpSecret }),
    });
    expect(page.text.match(/<li><code>/g)).toHaveLength(10);
    const recoveryCode = /<li><code>([^<]+)</.exec(page.text)?.[1] ?? "";
    page = await browser.submit(page, "/enrolled", {}, stepUp.redirectUri);
    const tokens = await finishSignIn(stepUp, page);
    expect(decodeJwt(tokens.access_token)).toMatchObject({ acr: "mfa", sub: user.userId });
    expect((await identity.letters()).join()).toContain("A second factor was set up");

    const elsewhere = new PlainBrowser();
    const { url, redirectUri } = await startSignIn(identity);
    page = await elsewhere.open(url.href);
    page = await elsewhere.submit(page, "/password", credentials(user));
    expect(page.title).toBe("Second factor");
    page = await elsewhere.submit(page, "/recovery", { code: recoveryCode }, redirectUri);
    expect(page.url).toContain("code=");
  });

  test("makes an approver without a second factor set one up first", async () => {
    const user = await addUser(identity.parts, "approver");
    const browser = new PlainBrowser();
    const { url } = await startSignIn(identity);
    const page = await browser.submit(await browser.open(url.href), "/password", credentials(user));
    expect(page.title).toBe("Set up your second factor");
  });

  test("is not possible for someone who is disabled, also not with an old refresh token", async () => {
    const user = await addUser(identity.parts, "viewer");
    const { tokens, web } = await signIn(identity, user);
    await identity.parts.pool.query("UPDATE app_user SET status = 'DISABLED' WHERE user_id = $1", [
      user.userId,
    ]);
    await expect(client.refreshTokenGrant(web, tokens.refresh_token ?? "")).rejects.toMatchObject({
      error: "invalid_grant",
    });
    await expect(signIn(identity, user)).rejects.toThrow(/not right/);
  });

  test("can be cancelled, and then the application is told", async () => {
    const browser = new PlainBrowser();
    const { url, redirectUri } = await startSignIn(identity);
    const page = await browser.submit(await browser.open(url.href), "/cancel", {}, redirectUri);
    expect(page.url).toContain("error=access_denied");
  });
});

const attempt = async (email: string, password: string): Promise<Shown> => {
  const browser = new PlainBrowser();
  const { url } = await startSignIn(identity);
  return browser.submit(await browser.open(url.href), "/password", { email, password });
};

/** A page without what differs from one sign-in to the next. */
const comparable = ({ status, title, text }: Shown, email: string) => ({
  status,
  title,
  text: text
    .replaceAll(email, "EMAIL")
    .replaceAll(/\/sign-in\/[\w-]+/g, "/sign-in/UID")
    .replaceAll(/data-options="[^"]*"/g, ""),
});

describe("guessing", () => {
  test("a password six times is limited, the same for an account and for none", async () => {
    const user = await addUser(identity.parts, "viewer");
    const nobody = `nobody-${newId()}@test.example`;
    for (let time = 1; time <= 6; time += 1) {
      const known = comparable(await attempt(user.email, "wrong wrong wrong"), user.email);
      const unknown = comparable(await attempt(nobody, "wrong wrong wrong"), nobody);
      expect(known).toEqual(unknown);
      expect(known.status).toBe(time <= 5 ? 401 : 429);
    }
    expect((await attempt(user.email, user.password)).status).toBe(429);
    expect(await lines(user.userId)).toEqual(Array(7).fill("password.check REFUSED"));
  });

  test("in parallel does not get more tries", async () => {
    const user = await addUser(identity.parts, "viewer");
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => attempt(user.email, "wrong wrong wrong")),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
  });

  test("a code six times is limited, and the right code does not help then", async () => {
    const user = await addUser(identity.parts, "viewer", { totp: true });
    const browser = new PlainBrowser();
    const { url } = await startSignIn(identity);
    let page = await browser.submit(await browser.open(url.href), "/password", credentials(user));
    for (let time = 1; time <= 6; time += 1) {
      page = await browser.submit(page, "/code", { code: "000000" });
      expect(page.status).toBe(time <= 5 ? 401 : 429);
    }
    page = await browser.submit(page, "/code", { code: await codeOf(user) });
    expect(page.status).toBe(429);
  });

  test("a used code is refused, and so is the one before it", async () => {
    const user = await addUser(identity.parts, "viewer", { totp: true });
    const codes = [await codeOf(user), await codeOf(user, Date.now() - 30_000)];
    const tried = async (code: string): Promise<Shown> => {
      const browser = new PlainBrowser();
      const { url, redirectUri } = await startSignIn(identity);
      const page = await browser.submit(
        await browser.open(url.href),
        "/password",
        credentials(user),
      );
      return browser.submit(page, "/code", { code }, redirectUri);
    };
    expect((await tried(codes[0] ?? "")).url).toContain("code=");
    expect((await tried(codes[0] ?? "")).status).toBe(401);
    expect((await tried(codes[1] ?? "")).status).toBe(401);
  });

  test("the same code twice at the same moment lets one in", async () => {
    const user = await addUser(identity.parts, "viewer", { totp: true });
    const visits = await Promise.all(
      [1, 2, 3].map(async () => {
        const browser = new PlainBrowser();
        const { url, redirectUri } = await startSignIn(identity);
        const page = await browser.submit(
          await browser.open(url.href),
          "/password",
          credentials(user),
        );
        return { browser, page, redirectUri };
      }),
    );
    const code = await codeOf(user);
    const ends = await Promise.all(
      visits.map(({ browser, page, redirectUri }) =>
        browser.submit(page, "/code", { code }, redirectUri),
      ),
    );
    expect(ends.filter(({ url }) => url.includes("code="))).toHaveLength(1);
  });
});

describe("the protocol", () => {
  test("publishes what it can, and no implicit flow", async () => {
    const response = await fetch(`${identity.config.issuer}/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({
      issuer: identity.config.issuer,
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
      code_challenge_methods_supported: ["S256"],
      id_token_signing_alg_values_supported: ["ES256"],
      backchannel_logout_supported: true,
      acr_values_supported: ["pwd", "mfa"],
    });
  });

  test("shows a page, and redirects nowhere, for a foreign redirect address", async () => {
    const { url } = await startSignIn(identity, { redirect_uri: "https://evil.example/" });
    const page = await new PlainBrowser().open(url.href);
    expect(page).toMatchObject({ status: 400, title: "This sign-in cannot go on" });
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test("refuses a request without a code challenge", async () => {
    const { url, redirectUri } = await startSignIn(identity);
    url.searchParams.delete("code_challenge");
    url.searchParams.delete("code_challenge_method");
    const page = await new PlainBrowser().open(url.href, redirectUri);
    expect(page.url).toContain("error=invalid_request");
  });

  test("refuses a resource that is not the graph", async () => {
    const { url, redirectUri } = await startSignIn(identity, { resource: "urn:other" });
    const page = await new PlainBrowser().open(url.href, redirectUri);
    expect(page.url).toContain("error=invalid_target");
  });

  test("takes a code once; the second use ends what the first one got", async () => {
    const user = await addUser(identity.parts, "viewer");
    const browser = new PlainBrowser();
    const started = await startSignIn(identity);
    let page = await browser.open(started.url.href);
    page = await browser.submit(page, "/password", credentials(user), started.redirectUri);
    const tokens = await finishSignIn(started, page);
    await expect(finishSignIn(started, page)).rejects.toMatchObject({ error: "invalid_grant" });
    await expect(
      client.refreshTokenGrant(started.web, tokens.refresh_token ?? ""),
    ).rejects.toMatchObject({ error: "invalid_grant" });
  });

  test("accepts no form from another site", async () => {
    const browser = new PlainBrowser();
    const { url } = await startSignIn(identity);
    const page = await browser.open(url.href);
    const action = new URL(page.forms[0]?.action ?? "", page.url).href;
    const answer = await browser.post(
      action,
      { email: "a@b.c", password: "x" },
      "https://evil.example",
    );
    expect(answer).toMatchObject({ status: 403, title: "This form is not ours" });
  });

  test("keeps neither codes, tokens nor session ids readable in the database", async () => {
    const user = await addUser(identity.parts, "viewer");
    const { tokens } = await signIn(identity, user);
    const { rows } = await identity.parts.pool.query<{ text: string }>(
      "SELECT payload::text AS text FROM protocol_record WHERE account_id = $1",
      [user.userId],
    );
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.map(({ text }) => text).join()).not.toContain(tokens.refresh_token);
    expect(rows.every(({ text }) => !("jti" in (JSON.parse(text) as object)))).toBe(true);
  });
});

describe("refreshing", () => {
  test("eight times at once succeeds exactly once, and the one goes on being signed in", async () => {
    const user = await addUser(identity.parts, "accountant");
    const { tokens, web } = await signIn(identity, user);
    let current = tokens.refresh_token ?? "";
    for (let round = 0; round < 3; round += 1) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => client.refreshTokenGrant(web, current)),
      );
      const won = outcomes.filter((outcome) => outcome.status === "fulfilled");
      expect(won).toHaveLength(1);
      const lost = outcomes.filter((outcome) => outcome.status === "rejected");
      for (const { reason } of lost) {
        expect(reason).toMatchObject({ error: "invalid_grant", status: 400 });
      }
      current = won[0]?.value.refresh_token ?? "";
      expect(decodeJwt(won[0]?.value.access_token ?? "")).toMatchObject({ sub: user.userId });
    }
  });

  test("with a token used up a while ago ends the family: it was stolen", async () => {
    const user = await addUser(identity.parts, "viewer");
    const { tokens, web } = await signIn(identity, user);
    const next = await client.refreshTokenGrant(web, tokens.refresh_token ?? "");
    await identity.parts.pool.query(
      "UPDATE protocol_record SET consumed_at = consumed_at - interval '6 seconds' WHERE account_id = $1",
      [user.userId],
    );
    const replay = client.refreshTokenGrant(web, tokens.refresh_token ?? "");
    await expect(replay).rejects.toMatchObject({ error: "invalid_grant" });
    const winner = client.refreshTokenGrant(web, next.refresh_token ?? "");
    await expect(winner).rejects.toMatchObject({ error: "invalid_grant" });
  });

  test("follows a changed role", async () => {
    const user = await addUser(identity.parts, "accountant");
    const { tokens, web } = await signIn(identity, user);
    await identity.parts.pool.query("UPDATE app_user SET roles = '{viewer}' WHERE user_id = $1", [
      user.userId,
    ]);
    const next = await client.refreshTokenGrant(web, tokens.refresh_token ?? "");
    expect(decodeJwt(next.access_token)).toMatchObject({
      roles: ["viewer"],
      scope: "ledger:read metrics:read analytics:read",
    });
  });

  test("is over after the token is revoked, and after signing out", async () => {
    const user = await addUser(identity.parts, "viewer");
    const first = await signIn(identity, user);
    await client.tokenRevocation(first.web, first.tokens.refresh_token ?? "");
    await expect(
      client.refreshTokenGrant(first.web, first.tokens.refresh_token ?? ""),
    ).rejects.toMatchObject({ error: "invalid_grant" });

    const second = await signIn(identity, user);
    const out = client.buildEndSessionUrl(second.web, {
      id_token_hint: second.tokens.id_token ?? "",
      post_logout_redirect_uri: `${identity.config.webUrl}/`,
    });
    const page = await second.browser.open(out.href);
    expect(page.title).toBe("Sign out");
    const left = await second.browser.submit(
      page,
      "/confirm",
      { logout: "yes" },
      identity.config.webUrl,
    );
    expect(left.url).toBe(`${identity.config.webUrl}/`);
    await expect(
      client.refreshTokenGrant(second.web, second.tokens.refresh_token ?? ""),
    ).rejects.toMatchObject({ error: "invalid_grant" });
    expect(await lines(user.userId)).toContain("sign-out ALLOWED");
  });
});

test("the web app's secret is compared, not assumed", async () => {
  const wrong = await discoverAs(identity, "web", `${WEB_SECRET}x`);
  await expect(client.refreshTokenGrant(wrong, "anything")).rejects.toMatchObject({
    error: "invalid_client",
    status: 401,
  });
});
