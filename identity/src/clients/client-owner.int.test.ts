import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codes, queryGraph } from "../graph.fixture.ts";
import { addUser, openService, type RunningService } from "../service.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { tokenOf, verify } from "../tokens.fixture.ts";
import { CREATE, grant, makeClient, ROTATE } from "./api-client.fixture.ts";

let service: RunningService;
let adminToken: string;
beforeAll(async () => {
  service = await openService();
  const admin = await addUser(service, "admin", { totp: true });
  adminToken = await tokenOf(service, admin);
});
afterAll(() => service.close());

describe("the graph", () => {
  test("refuses a client with scopes beyond the caller's own", async () => {
    const limited = await makeClient(service, adminToken, "Admin bot", "admin");
    const { access_token: token } = await grant(service, limited, { scope: "admin" });
    const made = await queryGraph(service, token, CREATE, {
      input: { name: "More", scopes: ["ledger:write"] },
    });
    expect(codes(made)).toEqual(["FORBIDDEN"]);
  });

  test("refuses managers who change their own access, also through a client they made", async () => {
    const { subject } = await verify(service, adminToken);
    const made = await makeClient(service, adminToken, "Indirect", "admin");
    const { access_token: token } = await grant(service, made, { scope: "admin" });
    for (const own of [adminToken, token]) {
      const change = `mutation { changeAccess(input: {userId: "${subject}", roles: ["admin", "approver"], allFunds: true}) { id } }`;
      expect(codes(await queryGraph(service, own, change))).toEqual(["FORBIDDEN"]);
    }
  });

  test("finds the user behind a client that was made by a client", async () => {
    const { subject } = await verify(service, adminToken);
    const first = await makeClient(service, adminToken, "First", "admin", "ledger:approve");
    const { access_token: token } = await grant(service, first, { scope: "admin ledger:approve" });
    const second = await makeClient(service, token, "Second", "admin", "ledger:approve");
    const own = (await grant(service, second, { scope: "admin" })).access_token;
    expect((await verify(service, own)).owner).toBe(subject);
    const change = `mutation { changeAccess(input: {userId: "${subject}", roles: ["admin"], allFunds: true}) { id } }`;
    expect(codes(await queryGraph(service, own, change))).toEqual(["FORBIDDEN"]);
  });

  test("makes the user who receives a client's new secret its owner", async () => {
    const made = await makeClient(service, adminToken, "Handed over", "ledger:approve");
    const other = await addUser(service, "admin", { totp: true });
    const { tokens } = await signIn(service, other);
    const rotate = async (token: string, graceSeconds: number) =>
      queryGraph(service, token, ROTATE, { input: { clientId: made.clientId, graceSeconds } });
    expect(codes(await rotate(tokens.access_token, 60))).toEqual(["INVALID_INPUT"]);
    const { body } = await rotate(tokens.access_token, 0);
    const { clientSecret } = body.data["rotateApiClientSecret"] as { clientSecret: string };
    const { access_token: token } = await grant(service, { ...made, clientSecret });
    expect((await verify(service, token)).owner).toBe(other.userId);
    await expect(grant(service, made)).rejects.toMatchObject({ error: "invalid_client" });
  });

  test("refuses the secret of a client with scopes beyond the caller's own", async () => {
    const strong = await makeClient(service, adminToken, "Strong", "ledger:write");
    const weak = await makeClient(service, adminToken, "Weak", "admin");
    const { access_token: token } = await grant(service, weak, { scope: "admin" });
    const rotated = await queryGraph(service, token, ROTATE, {
      input: { clientId: strong.clientId },
    });
    expect(codes(rotated)).toEqual(["FORBIDDEN"]);
    await expect(grant(service, strong)).resolves.toBeDefined();
  });
});
