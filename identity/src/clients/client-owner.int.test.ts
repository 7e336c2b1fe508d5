import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, codes } from "../ask.fixture.ts";
import { addUser, runIdentity, type RunningIdentity } from "../identity.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { tokenOf, verify } from "../tokens.fixture.ts";
import { CREATE, grant, makeClient, ROTATE } from "./api-client.fixture.ts";

let identity: RunningIdentity;
let adminToken: string;
beforeAll(async () => {
  identity = await runIdentity();
  const admin = await addUser(identity.parts, "admin", { totp: true });
  adminToken = await tokenOf(identity, admin);
});
afterAll(() => identity.stop());

describe("the graph", () => {
  test("gives nobody scopes beyond their own", async () => {
    const limited = await makeClient(identity, adminToken, "Admin bot", "admin");
    const { access_token: token } = await grant(identity, limited, { scope: "admin" });
    const made = await ask(identity, token, CREATE, {
      input: { name: "More", scopes: ["ledger:write"] },
    });
    expect(codes(made)).toEqual(["FORBIDDEN"]);
  });

  test("lets nobody change their own access, nor through a client they made", async () => {
    const { subject } = await verify(identity, adminToken);
    const made = await makeClient(identity, adminToken, "Second hand", "admin");
    const { access_token: token } = await grant(identity, made, { scope: "admin" });
    for (const hand of [adminToken, token]) {
      const raise = `mutation { changeAccess(input: {userId: "${subject}", roles: ["admin", "approver"], allFunds: true}) { id } }`;
      expect(codes(await ask(identity, hand, raise))).toEqual(["FORBIDDEN"]);
    }
  });

  test("knows the person behind a client that was made by a client", async () => {
    const { subject } = await verify(identity, adminToken);
    const first = await makeClient(identity, adminToken, "First hand", "admin", "ledger:approve");
    const { access_token: token } = await grant(identity, first, { scope: "admin ledger:approve" });
    const second = await makeClient(identity, token, "Second", "admin", "ledger:approve");
    const hand = (await grant(identity, second, { scope: "admin" })).access_token;
    expect((await verify(identity, hand)).owner).toBe(subject);
    const raise = `mutation { changeAccess(input: {userId: "${subject}", roles: ["admin"], allFunds: true}) { id } }`;
    expect(codes(await ask(identity, hand, raise))).toEqual(["FORBIDDEN"]);
  });

  test("makes whoever is shown a client's new secret the person behind it", async () => {
    const made = await makeClient(identity, adminToken, "Handed over", "ledger:approve");
    const other = await addUser(identity.parts, "admin", { totp: true });
    const { tokens } = await signIn(identity, other);
    const rotate = async (token: string, graceSeconds: number) =>
      ask(identity, token, ROTATE, { input: { clientId: made.clientId, graceSeconds } });
    expect(codes(await rotate(tokens.access_token, 60))).toEqual(["INVALID_INPUT"]);
    const { body } = await rotate(tokens.access_token, 0);
    const { clientSecret } = body.data["rotateApiClientSecret"] as { clientSecret: string };
    const { access_token: token } = await grant(identity, { ...made, clientSecret });
    expect((await verify(identity, token)).owner).toBe(other.userId);
    await expect(grant(identity, made)).rejects.toMatchObject({ error: "invalid_client" });
  });

  test("shows nobody the secret of a client that may do more than they", async () => {
    const strong = await makeClient(identity, adminToken, "Strong", "ledger:write");
    const weak = await makeClient(identity, adminToken, "Weak", "admin");
    const { access_token: token } = await grant(identity, weak, { scope: "admin" });
    const rotated = await ask(identity, token, ROTATE, {
      input: { clientId: strong.clientId },
    });
    expect(codes(rotated)).toEqual(["FORBIDDEN"]);
    await expect(grant(identity, strong)).resolves.toBeDefined();
  });
});
