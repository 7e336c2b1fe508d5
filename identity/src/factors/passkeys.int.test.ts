import { generateKeyPairSync } from "node:crypto";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlainBrowser, type Shown } from "../browser.fixture.ts";
import { addUser, openService, type RunningService } from "../service.fixture.ts";
import {
  credentials,
  finishSignIn,
  signIn,
  startSignIn,
  type TestUser,
} from "../sign-in.fixture.ts";
import { SoftwarePasskey, type Assertion } from "./authenticator.fixture.ts";

let service: RunningService;
let origin: string;
let rpId: string;
beforeAll(async () => {
  service = await openService();
  ({ origin, hostname: rpId } = new URL(service.issuer));
});
afterAll(() => service.close());

async function userWithPasskey(counter = 0): Promise<{ user: TestUser; passkey: SoftwarePasskey }> {
  const [user, passkey] = [await addUser(service, "viewer"), new SoftwarePasskey()];
  await passkey.store(service.parts.pool, user.userId, counter);
  return { user, passkey };
}

const challengeOf = ({ text }: Shown): string => {
  const escaped = /data-options="([^"]*)"/.exec(text)?.[1] ?? "{}";
  const options = JSON.parse(escaped.replaceAll("&quot;", '"').replaceAll("&#34;", '"')) as {
    challenge?: string;
  };
  return options.challenge ?? "";
};

/** A sign-in at its first page, and what answers it with an assertion. */
async function begin(browser = new PlainBrowser(), more: Record<string, string> = {}) {
  const started = await startSignIn(service, more);
  const page = await browser.open(started.url.href, started.redirectUri);
  const challenge = challengeOf(page);
  const send = (response: string, at = page) =>
    browser.submit(at, "/passkey", { response }, started.redirectUri);
  const answer = (passkey: SoftwarePasskey, wrong: Partial<Assertion> = {}) =>
    send(passkey.sign({ challenge, origin, rpId, ...wrong }));
  return { started, page, challenge, browser, send, answer };
}

const isSignedIn = ({ url }: Shown): boolean => url.includes("code=");

describe("a passkey", () => {
  test("signs its user in with two factors, and cannot be counted as another's", async () => {
    const { user, passkey } = await userWithPasskey();
    const { answer, started } = await begin();
    const tokens = await finishSignIn(started, await answer(passkey));
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: user.userId, acr: "mfa" });
  });

  test.each<[string, Partial<Assertion>]>([
    ["for another site", { origin: "https://evil.example" }],
    ["for a site with another port", { origin: "http://localhost:1" }],
    ["of another relying party", { rpId: "evil.example" }],
    ["of a challenge that was not given", { challenge: "bm90IGdpdmVu" }],
    ["of no challenge", { challenge: "" }],
    ["of a user who was not verified", { userVerified: false }],
    ["of a user who was not there", { userPresent: false }],
    ["of a registration", { type: "webauthn.create" }],
    ["by another key", { key: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey }],
    ["of a passkey that does not exist", { credentialId: "bm9uZQ" }],
  ])("signs no user in with a signature %s", async (_what, wrong) => {
    const { passkey } = await userWithPasskey();
    const { answer } = await begin();
    const refused = await answer(passkey, wrong);
    expect(refused.status).toBe(401);
    expect(refused.text).toContain("This passkey does not belong to an account here.");
  });

  test("signs no user in by a signature that was used, or that another page was for", async () => {
    const { passkey } = await userWithPasskey();
    const first = await begin();
    const response = passkey.sign({ challenge: first.challenge, origin, rpId });
    expect(isSignedIn(await first.send(response))).toBe(true);
    const second = await begin();
    expect((await second.send(response)).status).toBe(401);
    // A page that is shown again has another challenge; the earlier one is over.
    const third = await begin();
    const refused = await third.send("{}");
    expect(refused.status).toBe(401);
    const early = passkey.sign({ challenge: third.challenge, origin, rpId });
    expect((await third.send(early, refused)).status).toBe(401);
  });

  test("signs no user in once its counter goes back: there is a copy of it", async () => {
    const { passkey } = await userWithPasskey(10);
    for (const [counter, accepted] of [
      [9, false],
      [10, false],
      [0, false],
      [11, true],
      [11, false],
    ] as const) {
      const { answer } = await begin();
      expect([counter, isSignedIn(await answer(passkey, { counter }))]).toEqual([
        counter,
        accepted,
      ]);
    }
  });

  test("signs one of two in whose counters are the same, also when they come at once", async () => {
    const { passkey } = await userWithPasskey(1);
    const visits = await Promise.all(Array.from({ length: 6 }, () => begin()));
    const ends = await Promise.all(visits.map(({ answer }) => answer(passkey, { counter: 2 })));
    expect(ends.filter(isSignedIn)).toHaveLength(1);
  });

  test("of another user is no second factor", async () => {
    const [{ user }, { passkey: theirs }] = [await userWithPasskey(), await userWithPasskey()];
    const { page, browser, started, send } = await begin();
    const second = await browser.submit(page, "/password", credentials(user), started.redirectUri);
    expect(second.title).toBe("Second factor");
    const challenge = challengeOf(second);
    const refused = await send(theirs.sign({ challenge, origin, rpId }), second);
    expect([refused.status, isSignedIn(refused)]).toEqual([401, false]);
  });

  test("of another user does not raise a session, nor take it over", async () => {
    const [user, { passkey: theirs }] = [await addUser(service, "viewer"), await userWithPasskey()];
    const { browser } = await signIn(service, user);
    const own = new SoftwarePasskey();
    await own.store(service.parts.pool, user.userId);
    const stepUp = await begin(browser, { acr_values: "mfa" });
    expect((await stepUp.answer(theirs)).status).toBe(401);
    const again = await begin(browser, { acr_values: "mfa" });
    const tokens = await finishSignIn(again.started, await again.answer(own));
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: user.userId, acr: "mfa" });
  });

  test("of a disabled user signs no user in, nor one that was removed", async () => {
    const { user, passkey } = await userWithPasskey();
    const { pool } = service.parts;
    const set = (status: string) =>
      pool.query("UPDATE app_user SET status = $2 WHERE user_id = $1", [user.userId, status]);
    await set("DISABLED");
    expect((await (await begin()).answer(passkey)).status).toBe(401);
    await set("ACTIVE");
    await pool.query("DELETE FROM passkey WHERE user_id = $1", [user.userId]);
    expect((await (await begin()).answer(passkey)).status).toBe(401);
  });

  test.each(["", "null", "[]", "{}", '{"id":1}', '{"id":"x","response":null}', "not json", "{"])(
    "that cannot be read is refused: %s",
    async (response) => {
      const { send } = await begin();
      expect((await send(response)).status).toBe(401);
    },
  );
});
