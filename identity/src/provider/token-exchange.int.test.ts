import { newId } from "@allfunds/platform/ids";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { grant, makeClient } from "../clients/api-client.fixture.ts";
import { queryGraph } from "../graph.fixture.ts";
import {
  addTenant,
  addUser,
  openService,
  SYSTEM_SECRET,
  type RunningService,
} from "../service.fixture.ts";
import { endSession, endSessions, listSignIns } from "../sessions/sessions.ts";
import { signIn, type TestUser } from "../sign-in.fixture.ts";
import { systemCredentials, tokenOf, verify } from "../tokens.fixture.ts";

const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:refresh_token";
const READ = "ledger:read metrics:read analytics:read";
const [FUND, OTHER_FUND] = [newId(), newId()];

let service: RunningService;
let accountant: TestUser;
let token: string;
beforeAll(async () => {
  service = await openService();
  accountant = await addUser(service, "accountant", { fundIds: [FUND, OTHER_FUND] });
  token = await tokenOf(service, accountant);
});
afterAll(() => service.close());

interface Response {
  readonly status: number;
  readonly access_token: string;
  readonly issued_token_type?: string;
  readonly token_type?: string;
  readonly expires_in?: number;
  readonly scope?: string;
  readonly error?: string;
}

async function exchange(
  parameters: Readonly<Record<string, string>>,
  clientId = "analytics",
): Promise<Response> {
  const response = await fetch(`${service.issuer}/oauth/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${encodeURIComponent(SYSTEM_SECRET)}`).toString("base64")}`,
    },
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: ACCESS_TOKEN,
      ...parameters,
    }),
  });
  return { status: response.status, ...((await response.json()) as Omit<Response, "status">) };
}

const delegate = async (subject: string, more: Readonly<Record<string, string>> = {}) =>
  (await exchange({ subject_token: subject, requested_token_type: REFRESH_TOKEN, ...more }))
    .access_token;

const redeem = (credential: string, more: Readonly<Record<string, string>> = {}) =>
  exchange({ subject_token: credential, subject_token_type: REFRESH_TOKEN, ...more });

describe("token exchange", () => {
  test("issues a short-lived token of the caller, for the client as its actor", async () => {
    const answer = await exchange({ subject_token: token, scope: READ });
    expect(answer).toMatchObject({
      status: 200,
      issued_token_type: ACCESS_TOKEN,
      token_type: "Bearer",
      expires_in: 300,
      scope: READ,
    });
    expect(decodeJwt(answer.access_token)).toMatchObject({
      sub: accountant.userId,
      aud: service.audience,
      client_id: "analytics",
      act: { sub: "analytics" },
      roles: ["accountant"],
      acr: "pwd",
    });
    expect(await verify(service, answer.access_token)).toMatchObject({
      kind: "user",
      subject: accountant.userId,
      scopes: READ.split(" "),
      funds: [FUND, OTHER_FUND].sort(),
    });
  });

  test("keeps a delegation that gives tokens once the caller's own is over, any number of times", async () => {
    const kept = await exchange({ subject_token: token, requested_token_type: REFRESH_TOKEN });
    expect(kept).toMatchObject({ token_type: "N_A", issued_token_type: REFRESH_TOKEN });
    // What the caller may beyond the client's own limits is left out where nothing is named.
    expect(kept.scope).toBe(READ);
    for (const scope of [READ, "ledger:read"]) {
      const { access_token: fresh } = await redeem(kept.access_token, { scope });
      expect((await verify(service, fresh)).scopes).toEqual(scope.split(" "));
    }
    const { rows } = await service.parts.pool.query("SELECT * FROM protocol_record");
    expect(JSON.stringify(rows)).not.toContain(kept.access_token);
  });

  test("narrows to the funds and scopes that are named, and the delegation with them", async () => {
    const credential = await delegate(token, { scope: "ledger:read", funds: FUND });
    const { access_token: fresh } = await redeem(credential);
    expect(await verify(service, fresh)).toMatchObject({ scopes: ["ledger:read"], funds: [FUND] });
    expect(await redeem(credential, { scope: READ })).toMatchObject({ error: "invalid_scope" });
    expect(await redeem(credential, { funds: OTHER_FUND })).toMatchObject({
      error: "invalid_scope",
    });
  });

  test("acts for an API client until that is revoked", async () => {
    const adminToken = await tokenOf(service, await addUser(service, "admin", { totp: true }));
    const client = await makeClient(service, adminToken, "Reports", "ledger:read");
    const own = await grant(service, client, { scope: "ledger:read" });
    const credential = await delegate(own.access_token);
    const { access_token: fresh } = await redeem(credential);
    expect(await verify(service, fresh)).toMatchObject({
      kind: "client",
      subject: client.clientId,
      clientId: "analytics",
      owner: (await verify(service, adminToken)).subject,
      scopes: ["ledger:read"],
    });
    const revoke = `mutation { revokeApiClient(clientId: "${client.clientId}") { id } }`;
    await queryGraph(service, adminToken, revoke);
    expect(await redeem(credential)).toMatchObject({ status: 400, error: "invalid_grant" });
  });

  test("is in the audit log of the caller's tenant, with its scopes, and each refusal", async () => {
    await exchange({ subject_token: token, scope: "ledger:read" });
    await exchange({ subject_token: token, scope: "ledger:write" });
    const { rows } = await service.parts.pool.query(
      `SELECT outcome, actor_kind, actor_id, client_id, detail FROM audit_event
       WHERE client_id = 'analytics' ORDER BY sequence DESC LIMIT 2`,
    );
    const who = { actor_kind: "USER", actor_id: accountant.userId, client_id: "analytics" };
    const grantName = "urn:ietf:params:oauth:grant-type:token-exchange";
    expect(rows).toMatchObject([
      { ...who, outcome: "REFUSED", detail: { grant: grantName, error: "invalid_scope" } },
      { ...who, outcome: "ALLOWED", detail: { grant: grantName, scope: "ledger:read" } },
    ]);
  });
});

describe("token exchange is refused", () => {
  test.each([
    ["for scopes the caller has not", { scope: "admin" }, "invalid_scope"],
    ["for scopes the client may not have", { scope: "ledger:write" }, "invalid_scope"],
    ["for scopes of the system", { scope: "feed:read" }, "invalid_scope"],
    ["for no scope", { scope: " " }, "invalid_scope"],
    ["for funds the caller has not", { funds: newId() }, "invalid_scope"],
    ["for another resource", { resource: "urn:other" }, "invalid_target"],
    ["for another audience", { audience: "urn:other" }, "invalid_target"],
    [
      "with an actor token",
      { actor_token: "x", actor_token_type: ACCESS_TOKEN },
      "invalid_request",
    ],
    ["for an unknown type", { requested_token_type: "urn:other" }, "invalid_request"],
    ["from an unknown type", { subject_token_type: "urn:other" }, "invalid_request"],
    ["without a subject token", { subject_token: "" }, "invalid_request"],
    ["for a token that is none", { subject_token: "nonsense" }, "invalid_grant"],
    ["for a delegation that is none", { subject_token_type: REFRESH_TOKEN }, "invalid_grant"],
  ])("%s", async (_case, more, error) => {
    expect(await exchange({ subject_token: token, ...more })).toMatchObject({ status: 400, error });
  });

  test("to a client that may not exchange, and to one without the secret", async () => {
    expect(await exchange({ subject_token: token }, "follower")).toMatchObject({
      status: 400,
      error: "invalid_request",
    });
    expect(await exchange({ subject_token: token }, "nobody")).toMatchObject({ status: 401 });
  });

  test("to another client than that of the delegation", async () => {
    const credential = await delegate(token);
    const other = await exchange(
      { subject_token: credential, subject_token_type: REFRESH_TOKEN },
      "reports",
    );
    expect(other).toMatchObject({ status: 400, error: "invalid_grant" });
  });

  test("for a token that was exchanged before, a changed one and a service's own", async () => {
    const { access_token: exchanged } = await exchange({ subject_token: token });
    const changed = `${token.slice(0, -4)}AAAA`;
    const own = await systemCredentials(service, "analytics", "feed:read").token();
    for (const subject of [exchanged, changed, own]) {
      expect(await exchange({ subject_token: subject })).toMatchObject({
        status: 400,
        error: "invalid_grant",
      });
    }
  });

  test("to keep a delegation of a delegation", async () => {
    const credential = await delegate(token);
    expect(await redeem(credential, { requested_token_type: REFRESH_TOKEN })).toMatchObject({
      error: "invalid_request",
    });
  });

  test("once the delegation has expired", async () => {
    const credential = await delegate(token);
    await service.parts.pool.query(
      "UPDATE protocol_record SET expires_at = now() - interval '1 second' WHERE kind = 'Delegation'",
    );
    expect(await redeem(credential)).toMatchObject({ error: "invalid_grant" });
  });

  test("once the user was disabled, or belongs to another tenant", async () => {
    const user = await addUser(service, "viewer");
    const access = await tokenOf(service, user);
    const credential = await delegate(access);
    const set = (column: string, value: string) =>
      service.parts.pool.query(`UPDATE app_user SET ${column} = $2 WHERE user_id = $1`, [
        user.userId,
        value,
      ]);
    await set("status", "DISABLED");
    expect(await redeem(credential)).toMatchObject({ error: "invalid_grant" });
    expect(await exchange({ subject_token: access })).toMatchObject({ error: "invalid_grant" });
    await set("status", "ACTIVE");
    expect((await redeem(credential)).status).toBe(200);
    await set("tenant_id", await addTenant(service));
    expect(await redeem(credential)).toMatchObject({ error: "invalid_grant" });
  });

  test("once a role no longer allows what was delegated, and narrower where a fund was withdrawn", async () => {
    const user = await addUser(service, "accountant", { fundIds: [FUND, OTHER_FUND] });
    const credential = await delegate(await tokenOf(service, user));
    const { pool } = service.parts;
    await pool.query("DELETE FROM fund_grant WHERE user_id = $1 AND fund_id = $2", [
      user.userId,
      FUND,
    ]);
    const { access_token: fresh } = await redeem(credential);
    expect((await verify(service, fresh)).funds).toEqual([OTHER_FUND]);
    await pool.query("UPDATE app_user SET roles = '{}' WHERE user_id = $1", [user.userId]);
    expect(await redeem(credential)).toMatchObject({ error: "invalid_scope" });
  });

  test("once the sign-in behind it has ended", async () => {
    const { pool, protocol } = service.parts;
    const user = await addUser(service, "viewer");
    const access = await tokenOf(service, user);
    const credential = await delegate(access);
    const [session] = await listSignIns(pool, user.userId);
    await endSession(pool, protocol.provider, user.userId, session?.id ?? "");
    expect(await redeem(credential)).toMatchObject({ error: "invalid_grant" });
    // The access token itself lasts some minutes; nothing new comes of it.
    expect(await exchange({ subject_token: access })).toMatchObject({ error: "invalid_grant" });

    const again = await signIn(service, user);
    const later = await delegate(again.tokens.access_token);
    await endSessions(pool, protocol.provider, user.userId);
    expect(await redeem(later)).toMatchObject({ error: "invalid_grant" });
  });
});
