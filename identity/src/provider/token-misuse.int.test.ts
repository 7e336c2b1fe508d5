import { newId } from "@allfunds/platform/ids";
import { decodeJwt } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  allowing,
  beginAt,
  CALLBACK,
  registerAt,
  type Registered,
} from "../applications/applications.fixture.ts";
import {
  grant,
  makeClient,
  ROTATE,
  type ClientCredentials,
} from "../clients/api-client.fixture.ts";
import { queryGraph } from "../graph.fixture.ts";
import {
  addTenant,
  addUser,
  openService,
  SYSTEM_SECRET,
  type RunningService,
} from "../service.fixture.ts";
import { discoverAs, signIn } from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";

let service: RunningService;
let admin: string;
/** A client of the tenant, and one of another tenant. */
let own: ClientCredentials;
let foreign: ClientCredentials;
beforeAll(async () => {
  service = await openService();
  admin = await tokenOf(service, await addUser(service, "admin", { totp: true }));
  own = await makeClient(service, admin, "Own", "ledger:read");
  const tenantId = await addTenant(service);
  const elsewhere = await addUser(service, "admin", { totp: true, tenantId });
  foreign = await makeClient(service, await tokenOf(service, elsewhere), "Spy", "ledger:read");
});
afterAll(() => service.close());

const basic = ({ clientId, clientSecret }: ClientCredentials): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${encodeURIComponent(clientSecret)}`).toString("base64")}`,
});
const system = (clientId: string): ClientCredentials => ({
  clientId,
  clientSecret: SYSTEM_SECRET,
});

/** What a client sees of an answer; the time and the length of a connection differ by nature. */
async function ask(path: string, form: Record<string, string>, headers = {}) {
  const answer = await fetch(`${service.issuer}/oauth/${path}`, {
    method: "POST",
    headers,
    body: new URLSearchParams(form),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
    headers: Object.fromEntries(
      [...answer.headers].filter(([name]) => !/^(date|x-request-id|traceparent)$/.test(name)),
    ),
  };
}

const tokensOf = async () => (await signIn(service, await addUser(service, "viewer"))).tokens;
const refreshes = async (refreshToken: string): Promise<boolean> =>
  client.refreshTokenGrant(await discoverAs(service), refreshToken).then(
    () => true,
    () => false,
  );

const HINTS: readonly Record<string, string>[] = [
  {},
  { token_type_hint: "refresh_token" },
  { token_type_hint: "made_up" },
];

describe("introspection and revocation", () => {
  test.each(["introspect", "revoke"])(
    "refuse %s to no client and to a wrong secret",
    async (path) => {
      const { access_token: token, refresh_token: refresh = "" } = await tokensOf();
      for (const sent of [token, refresh, "nonsense"]) {
        const form = { token: sent };
        expect((await ask(path, form)).status).toBe(400);
        const wrong = basic({ ...own, clientSecret: "wrong" });
        expect(await ask(path, form, wrong)).toMatchObject({ status: 401 });
        // To name a client is not to be it.
        const named = { ...form, client_id: own.clientId };
        expect(await ask(path, named)).toMatchObject({ status: 401 });
      }
      expect(await refreshes(refresh)).toBe(true);
    },
  );

  test("show a refresh token to its client and to services of the system, and to no other", async () => {
    const { refresh_token: token = "" } = await tokensOf();
    const program = await registerAt(service, admin, { authentication: "none" });
    const seenBy = async (sent: Record<string, string>, headers = {}) =>
      (await ask("introspect", { token, ...sent }, headers)).body["active"];
    const web = { clientId: "web", clientSecret: service.webClientSecret };
    expect(await seenBy({}, basic(web))).toBe(true);
    expect(await seenBy({}, basic(system("follower")))).toBe(true);
    expect(await seenBy({}, basic(own))).toBe(false);
    expect(await seenBy({}, basic(foreign))).toBe(false);
    expect(await seenBy({ client_id: program.id })).toBe(false);
  });

  test("answer alike for tokens of others, ended ones and none, so that none can be found out", async () => {
    const { access_token: access, refresh_token: refresh = "" } = await tokensOf();
    const ended = await tokensOf();
    const web = await discoverAs(service);
    await client.tokenRevocation(web, ended.refresh_token ?? "");
    const tokens = [
      access,
      refresh,
      ended.access_token,
      ended.refresh_token ?? "",
      "none",
      "a.b.c",
    ];
    for (const path of ["introspect", "revoke"]) {
      for (const hint of HINTS) {
        const answers = [];
        for (const token of tokens) {
          answers.push(await ask(path, { token, ...hint }, basic(foreign)));
        }
        expect(answers[0]?.status).toBe(200);
        for (const answer of answers) expect(answer).toEqual(answers[0]);
      }
    }
    // And none of it has ended another client's token.
    expect(await refreshes(refresh)).toBe(true);
    expect((await queryGraph(service, access, "{ me { subject } }")).status).toBe(200);
  });
});

const TYPES = "urn:ietf:params:oauth:token-type";
const exchange = (form: Record<string, string>) =>
  ask(
    "token",
    {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: `${TYPES}:access_token`,
      ...form,
    },
    basic(system("analytics")),
  );
const delegate = async (token: string): Promise<string> =>
  String(
    (await exchange({ subject_token: token, requested_token_type: `${TYPES}:refresh_token` })).body[
      "access_token"
    ],
  );
const redeem = (credential: string) =>
  exchange({ subject_token: credential, subject_token_type: `${TYPES}:refresh_token` });
const REFUSED = { status: 400, body: { error: "invalid_grant" } };

describe("a token that has ended is exchanged no more", () => {
  test("after its client revoked it", async () => {
    const { access_token: token } = await tokensOf();
    await client.tokenRevocation(await discoverAs(service), token);
    expect(await exchange({ subject_token: token })).toMatchObject(REFUSED);
    const kept = { subject_token: token, requested_token_type: `${TYPES}:refresh_token` };
    expect(await exchange(kept)).toMatchObject(REFUSED);
  });

  test("after its refresh token was revoked, with what was delegated", async () => {
    const { access_token: token, refresh_token: refresh = "" } = await tokensOf();
    const credential = await delegate(token);
    expect((await redeem(credential)).status).toBe(200);
    await client.tokenRevocation(await discoverAs(service), refresh);
    expect(await exchange({ subject_token: token })).toMatchObject(REFUSED);
    expect(await redeem(credential)).toMatchObject(REFUSED);
  });

  test("after another administrator took its API client over, with what was delegated", async () => {
    const taken = await makeClient(service, admin, "Taken", "ledger:read");
    const { access_token: token } = await grant(service, taken, { scope: "ledger:read" });
    const credential = await delegate(token);
    expect((await redeem(credential)).status).toBe(200);
    const other = await tokenOf(service, await addUser(service, "admin", { totp: true }));
    const input = { clientId: taken.clientId };
    const rotated = await queryGraph<{ rotateApiClientSecret: { clientSecret: string } }>(
      service,
      other,
      ROTATE,
      { input },
    );
    expect(await exchange({ subject_token: token })).toMatchObject(REFUSED);
    expect(await redeem(credential)).toMatchObject(REFUSED);
    const { clientSecret } = rotated.body.data.rotateApiClientSecret;
    const { access_token: fresh } = await grant(
      service,
      { ...taken, clientSecret },
      { scope: "ledger:read" },
    );
    expect((await redeem(await delegate(fresh))).status).toBe(200);
  });

  test("after the user withdrew what the application may, with what was delegated", async () => {
    const user = await addUser(service, "viewer");
    const app: Registered = await registerAt(service, admin);
    const { browser, page, finish } = await beginAt(service, {
      app,
      user,
      scope: "openid ledger:read",
    });
    const { url } = await browser.submit(page, "/consent", allowing("ledger:read"), CALLBACK);
    const { access_token: token } = await finish(url);
    const credential = await delegate(token);
    expect((await redeem(credential)).status).toBe(200);
    const account = await browser.open(`${service.issuer}/account`);
    const confirmed = await browser.submit(account, "/confirm", { password: user.password });
    await browser.submit(confirmed, "/applications/withdraw", {});
    expect(await exchange({ subject_token: token })).toMatchObject(REFUSED);
    expect(await redeem(credential)).toMatchObject(REFUSED);
  });
});

describe("token exchange", () => {
  test("gives an application's token no scope that its user may have elsewhere", async () => {
    const user = await addUser(service, "accountant");
    const app = await registerAt(service, admin, { scopes: ["ledger:read", "metrics:read"] });
    const begun = await beginAt(service, { app, user, scope: "openid ledger:read" });
    const { browser, page, finish } = begun;
    const { url } = await browser.submit(page, "/consent", allowing("ledger:read"), CALLBACK);
    const { access_token: token } = await finish(url);
    const wider = await exchange({ subject_token: token, scope: "ledger:read metrics:read" });
    expect(wider).toMatchObject({ status: 400, body: { error: "invalid_scope" } });
    const { body } = await exchange({ subject_token: token });
    expect(decodeJwt(String(body["access_token"]))).toMatchObject({
      sub: user.userId,
      scope: "ledger:read",
      act: { sub: "analytics" },
    });
  });

  test("takes its subject from the token alone", async () => {
    const { access_token: token } = await tokensOf();
    const subject = decodeJwt(token).sub;
    for (const name of ["sub", "subject", "tenant"]) {
      const { body } = await exchange({ subject_token: token, [name]: newId() });
      expect(decodeJwt(String(body["access_token"])).sub).toBe(subject);
    }
    const twice = new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: `${TYPES}:access_token`,
      subject_token: token,
    });
    twice.append("subject_token", (await tokensOf()).access_token);
    const answer = await fetch(`${service.issuer}/oauth/token`, {
      method: "POST",
      headers: basic(system("analytics")),
      body: twice,
    });
    expect(answer.status).toBe(400);
  });

  test("is refused for an ID token, and for a refresh token of the sign-in", async () => {
    const { id_token: id = "", refresh_token: refresh = "" } = await tokensOf();
    for (const subject of [id, refresh]) {
      expect(await exchange({ subject_token: subject })).toMatchObject(REFUSED);
    }
    expect(await redeem(refresh)).toMatchObject(REFUSED);
  });
});
