import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { decodeJwt, decodeProtectedHeader } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlainBrowser, type Shown } from "../browser.fixture.ts";
import { addUser, openService, SYSTEM_SECRET, type RunningService } from "../service.fixture.ts";
import {
  codeOf,
  credentials,
  discoverAs,
  finishSignIn,
  signIn,
  startSignIn,
} from "../sign-in.fixture.ts";
import { verify } from "../tokens.fixture.ts";

let service: RunningService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const auditOf = async (userId: string) => {
  const { rows } = await service.parts.pool.query<{ event: string }>(
    `SELECT action || ' ' || outcome AS event FROM audit_event
     WHERE actor_id = $1 ORDER BY sequence`,
    [userId],
  );
  return rows.map(({ event }) => event);
};

describe("signing in", () => {
  test("with password and code issues a token with both factors", async () => {
    const user = await addUser(service, "approver", { totp: true });
    const { tokens } = await signIn(service, user);
    const { access_token: token } = tokens;
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: "ES256", typ: "at+jwt" });
    expect(await verify(service, token)).toMatchObject({
      kind: "user",
      tenantId: DEMO_TENANT_ID,
      subject: user.userId,
      clientId: "web",
      roles: ["approver"],
      scopes: ["ledger:read", "ledger:approve", "nav:publish", "metrics:read", "analytics:read"],
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
    expect(await auditOf(user.userId)).toEqual([
      "password.check ALLOWED",
      "second-factor.check ALLOWED",
      "sign-in ALLOWED",
      "token.issue ALLOWED",
    ]);
  });

  test("with a password alone is enough for a viewer, whose token has only granted funds", async () => {
    const fundId = newId();
    const user = await addUser(service, "viewer", { fundIds: [fundId] });
    const { tokens } = await signIn(service, user);
    expect(await verify(service, tokens.access_token)).toMatchObject({
      scopes: ["ledger:read", "metrics:read", "analytics:read"],
      funds: [fundId],
      acr: "pwd",
      amr: ["pwd"],
    });
  });

  test("requires a second factor that is set up, whatever the role", async () => {
    const user = await addUser(service, "viewer", { totp: true });
    const { tokens } = await signIn(service, user);
    expect(decodeJwt(tokens.access_token)).toMatchObject({ acr: "mfa" });
  });

  test("steps up with the second factor only, and only when requested", async () => {
    const user = await addUser(service, "accountant");
    const { browser } = await signIn(service, user);
    const again = await startSignIn(service);
    expect((await browser.open(again.url.href, again.redirectUri)).url).toContain("code=");

    const stepUp = await startSignIn(service, { acr_values: "mfa" });
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
    expect((await service.emails()).join()).toContain("A second factor was set up");

    const elsewhere = new PlainBrowser();
    const { url, redirectUri } = await startSignIn(service);
    page = await elsewhere.open(url.href);
    page = await elsewhere.submit(page, "/password", credentials(user));
    expect(page.title).toBe("Second factor");
    page = await elsewhere.submit(page, "/recovery", { code: recoveryCode }, redirectUri);
    expect(page.url).toContain("code=");
  });

  test("requires an approver without a second factor to set one up first", async () => {
    const user = await addUser(service, "approver");
    const browser = new PlainBrowser();
    const { url } = await startSignIn(service);
    const page = await browser.submit(await browser.open(url.href), "/password", credentials(user));
    expect(page.title).toBe("Set up your second factor");
  });

  test("is refused when the user is disabled, also with an old refresh token", async () => {
    const user = await addUser(service, "viewer");
    const { tokens, web } = await signIn(service, user);
    await service.parts.pool.query("UPDATE app_user SET status = 'DISABLED' WHERE user_id = $1", [
      user.userId,
    ]);
    await expect(client.refreshTokenGrant(web, tokens.refresh_token ?? "")).rejects.toMatchObject({
      error: "invalid_grant",
    });
    await expect(signIn(service, user)).rejects.toThrow(/not right/);
  });

  test("returns access_denied to the application when it is cancelled", async () => {
    const browser = new PlainBrowser();
    const { url, redirectUri } = await startSignIn(service);
    const page = await browser.submit(await browser.open(url.href), "/cancel", {}, redirectUri);
    expect(page.url).toContain("error=access_denied");
  });
});

const attempt = async (email: string, password: string): Promise<Shown> => {
  const browser = new PlainBrowser();
  const { url } = await startSignIn(service);
  return browser.submit(await browser.open(url.href), "/password", { email, password });
};

/** A page without the parts that differ from one sign-in to the next. */
const comparable = ({ status, title, text }: Shown, email: string) => ({
  status,
  title,
  text: text
    .replaceAll(email, "EMAIL")
    .replaceAll(/\/sign-in\/[\w-]+/g, "/sign-in/UID")
    .replaceAll(/data-options="[^"]*"/g, ""),
});

describe("guessing", () => {
  test("a password is limited after five times, the same whether the account exists or not", async () => {
    const user = await addUser(service, "viewer");
    const absent = `absent-${newId()}@test.example`;
    for (let time = 1; time <= 6; time += 1) {
      const existing = comparable(await attempt(user.email, "wrong wrong wrong"), user.email);
      const unknown = comparable(await attempt(absent, "wrong wrong wrong"), absent);
      expect(existing).toEqual(unknown);
      expect(existing.status).toBe(time <= 5 ? 401 : 429);
    }
    expect((await attempt(user.email, user.password)).status).toBe(429);
    expect(await auditOf(user.userId)).toEqual(Array(7).fill("password.check REFUSED"));
  });

  test("in parallel gets no more attempts", async () => {
    const user = await addUser(service, "viewer");
    const pages = await Promise.all(
      Array.from({ length: 12 }, () => attempt(user.email, "wrong wrong wrong")),
    );
    expect(pages.filter(({ status }) => status === 401)).toHaveLength(5);
  });

  test("a code is limited after five times, also for the right code", async () => {
    const user = await addUser(service, "viewer", { totp: true });
    const browser = new PlainBrowser();
    const { url } = await startSignIn(service);
    let page = await browser.submit(await browser.open(url.href), "/password", credentials(user));
    for (let time = 1; time <= 6; time += 1) {
      page = await browser.submit(page, "/code", { code: "000000" });
      expect(page.status).toBe(time <= 5 ? 401 : 429);
    }
    page = await browser.submit(page, "/code", { code: await codeOf(user) });
    expect(page.status).toBe(429);
  });

  test("a code is refused when it or a later one was used", async () => {
    const user = await addUser(service, "viewer", { totp: true });
    const codes = [await codeOf(user), await codeOf(user, Date.now() - 30_000)];
    const attemptCode = async (code: string): Promise<Shown> => {
      const browser = new PlainBrowser();
      const { url, redirectUri } = await startSignIn(service);
      const page = await browser.submit(
        await browser.open(url.href),
        "/password",
        credentials(user),
      );
      return browser.submit(page, "/code", { code }, redirectUri);
    };
    expect((await attemptCode(codes[0] ?? "")).url).toContain("code=");
    expect((await attemptCode(codes[0] ?? "")).status).toBe(401);
    expect((await attemptCode(codes[1] ?? "")).status).toBe(401);
  });

  test("the same code is accepted once when it is sent several times at once", async () => {
    const user = await addUser(service, "viewer", { totp: true });
    const visits = await Promise.all(
      [1, 2, 3].map(async () => {
        const browser = new PlainBrowser();
        const { url, redirectUri } = await startSignIn(service);
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
  test("publishes its features, and no implicit flow", async () => {
    const response = await fetch(`${service.issuer}/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({
      issuer: service.issuer,
      response_types_supported: ["code"],
      grant_types_supported: [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
      ],
      code_challenge_methods_supported: ["S256"],
      id_token_signing_alg_values_supported: ["ES256", "RS256"],
      backchannel_logout_supported: true,
      acr_values_supported: ["pwd", "mfa"],
    });
  });

  test("shows a page and does not redirect when the redirect address is foreign", async () => {
    const { url } = await startSignIn(service, { redirect_uri: "https://evil.example/" });
    const page = await new PlainBrowser().open(url.href);
    expect(page).toMatchObject({ status: 400, title: "This sign-in cannot go on" });
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test("refuses a request when it has no code challenge", async () => {
    const { url, redirectUri } = await startSignIn(service);
    url.searchParams.delete("code_challenge");
    url.searchParams.delete("code_challenge_method");
    const page = await new PlainBrowser().open(url.href, redirectUri);
    expect(page.url).toContain("error=invalid_request");
  });

  test("refuses a request when the resource is not the graph", async () => {
    const { url, redirectUri } = await startSignIn(service, { resource: "urn:other" });
    const page = await new PlainBrowser().open(url.href, redirectUri);
    expect(page.url).toContain("error=invalid_target");
  });

  test("accepts a code once; a second use revokes the tokens of the first", async () => {
    const user = await addUser(service, "viewer");
    const browser = new PlainBrowser();
    const started = await startSignIn(service);
    let page = await browser.open(started.url.href);
    page = await browser.submit(page, "/password", credentials(user), started.redirectUri);
    const tokens = await finishSignIn(started, page);
    await expect(finishSignIn(started, page)).rejects.toMatchObject({ error: "invalid_grant" });
    await expect(
      client.refreshTokenGrant(started.web, tokens.refresh_token ?? ""),
    ).rejects.toMatchObject({ error: "invalid_grant" });
  });

  test("refuses a form when another site sends it", async () => {
    const browser = new PlainBrowser();
    const { url } = await startSignIn(service);
    const page = await browser.open(url.href);
    const action = new URL(page.forms[0]?.action ?? "", page.url).href;
    const refused = await browser.post(
      action,
      { email: "a@b.c", password: "x" },
      "https://evil.example",
    );
    expect(refused).toMatchObject({ status: 403, title: "This form is from another site" });
  });

  test("ignores forwarding headers when they come from an untrusted client", async () => {
    const token = await fetch(`${service.issuer}/oauth/token`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`gateway:${encodeURIComponent(SYSTEM_SECRET)}`).toString("base64")}`,
        "x-forwarded-for": "198.51.100.23",
        "x-forwarded-host": "evil.example",
      },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "audit:write" }),
    });
    expect(token.status).toBe(200);
    const { rows } = await service.parts.pool.query<{ ip: string }>(
      "SELECT ip FROM audit_event WHERE action = 'token.issue' AND actor_id = 'gateway'",
    );
    expect(rows).toEqual([{ ip: "127.0.0.1" }]);
  });

  test("stores no codes, tokens or session ids in readable form", async () => {
    const user = await addUser(service, "viewer");
    const { tokens } = await signIn(service, user);
    const { rows } = await service.parts.pool.query<{ text: string }>(
      "SELECT payload::text AS text FROM protocol_record WHERE account_id = $1",
      [user.userId],
    );
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.map(({ text }) => text).join()).not.toContain(tokens.refresh_token);
    expect(rows.every(({ text }) => !("jti" in (JSON.parse(text) as object)))).toBe(true);
  });
});

describe("refreshing", () => {
  test("succeeds exactly once when eight requests come at once, and that one stays signed in", async () => {
    const user = await addUser(service, "accountant");
    const { tokens, web } = await signIn(service, user);
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

  test("ends every token of the sign-in when a token is reused later: it was stolen", async () => {
    const user = await addUser(service, "viewer");
    const { tokens, web } = await signIn(service, user);
    const next = await client.refreshTokenGrant(web, tokens.refresh_token ?? "");
    await service.parts.pool.query(
      "UPDATE protocol_record SET consumed_at = consumed_at - interval '6 seconds' WHERE account_id = $1",
      [user.userId],
    );
    const replay = client.refreshTokenGrant(web, tokens.refresh_token ?? "");
    await expect(replay).rejects.toMatchObject({ error: "invalid_grant" });
    const winner = client.refreshTokenGrant(web, next.refresh_token ?? "");
    await expect(winner).rejects.toMatchObject({ error: "invalid_grant" });
  });

  test("follows a changed role", async () => {
    const user = await addUser(service, "accountant");
    const { tokens, web } = await signIn(service, user);
    await service.parts.pool.query("UPDATE app_user SET roles = '{viewer}' WHERE user_id = $1", [
      user.userId,
    ]);
    const next = await client.refreshTokenGrant(web, tokens.refresh_token ?? "");
    expect(decodeJwt(next.access_token)).toMatchObject({
      roles: ["viewer"],
      scope: "ledger:read metrics:read analytics:read",
    });
  });

  test("is refused when the token was revoked or the user signed out", async () => {
    const user = await addUser(service, "viewer");
    const first = await signIn(service, user);
    await client.tokenRevocation(first.web, first.tokens.refresh_token ?? "");
    await expect(
      client.refreshTokenGrant(first.web, first.tokens.refresh_token ?? ""),
    ).rejects.toMatchObject({ error: "invalid_grant" });

    const second = await signIn(service, user);
    const out = client.buildEndSessionUrl(second.web, {
      id_token_hint: second.tokens.id_token ?? "",
      post_logout_redirect_uri: `${service.webUrl}/`,
    });
    const page = await second.browser.open(out.href);
    expect(page.title).toBe("Sign out");
    const left = await second.browser.submit(page, "/confirm", { logout: "yes" }, service.webUrl);
    expect(left.url).toBe(`${service.webUrl}/`);
    await expect(
      client.refreshTokenGrant(second.web, second.tokens.refresh_token ?? ""),
    ).rejects.toMatchObject({ error: "invalid_grant" });
    expect(await auditOf(user.userId)).toContain("sign-out ALLOWED");
  });
});

test("refuses the web app when its secret is wrong", async () => {
  const wrong = await discoverAs(service, "web", `${service.webClientSecret}x`);
  await expect(client.refreshTokenGrant(wrong, "anything")).rejects.toMatchObject({
    error: "invalid_client",
    status: 401,
  });
});
