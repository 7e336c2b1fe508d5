import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "@allfunds/platform/ids";
import { decodeJwt } from "jose";
import { refreshTokenGrant } from "openid-client";
import { readSecondFactorPolicy, setSecondFactorPolicy } from "./second-factor-policy.ts";
import { PlainBrowser } from "../browser.fixture.ts";
import { addTenant, addUser, openService, type RunningService } from "../service.fixture.ts";
import { credentials, signIn, startSignIn } from "../sign-in.fixture.ts";
import { createTenant, operatorOf } from "./create-tenant.ts";

let service: RunningService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const countTenants = async (): Promise<number> =>
  (await service.parts.pool.query("SELECT FROM tenant")).rowCount ?? 0;

test("the first administrator of a new tenant chooses a password and sets up a second factor", async () => {
  const emails: string[] = [];
  const parts = {
    ...service.parts,
    mail: async ({ text }: { text: string }) => void emails.push(text),
  };
  const email = "ada@northgate.example";
  const user = await createTenant(
    parts,
    { name: "Northgate Funds", email, adminName: "Ada Admin" },
    new Date(),
  );
  expect(user).toMatchObject({ email, roles: ["admin"], status: "INVITED" });
  const link = /http:\S+/.exec(emails[0] ?? "")?.[0] ?? "";
  const browser = new PlainBrowser();
  const password = "violet tractor sings";
  await browser.submit(await browser.open(link), link.slice(-20), { password });

  const { url, redirectUri } = await startSignIn(service);
  const page = await browser.submit(
    await browser.open(url.href, redirectUri),
    "/password",
    credentials({ userId: user.userId, email, password, totpSecret: undefined }),
    redirectUri,
  );
  expect(page.title).toBe("Set up your second factor");
});

test("everyone in a new tenant needs two factors, and in an earlier one once it is required", async () => {
  const { pool } = service.parts;
  const made = { name: "Eastgate Funds", email: "eve@eastgate.example", adminName: "Eve Admin" };
  const { tenantId: newTenant } = await createTenant(service.parts, made, new Date());
  expect(await readSecondFactorPolicy(pool, newTenant)).toBe("EVERYONE");
  const tenantId = await addTenant(service);
  const user = await addUser(service, "viewer", { tenantId });
  const before = await signIn(service, user);
  expect(decodeJwt(before.tokens.access_token)).toMatchObject({ acr: "pwd" });

  const operator = operatorOf(tenantId, new Date());
  expect(await setSecondFactorPolicy(pool, operator, "EVERYONE")).toBe("EVERYONE");
  const refreshed = refreshTokenGrant(before.web, before.tokens.refresh_token ?? "");
  await expect(refreshed).rejects.toMatchObject({ error: "invalid_grant" });
  const after = await signIn(service, user);
  expect(decodeJwt(after.tokens.access_token)).toMatchObject({ acr: "mfa", tenant: tenantId });

  await setSecondFactorPolicy(pool, operator, "BY_ROLE");
  const other = await addUser(service, "viewer", { tenantId });
  const { tokens } = await signIn(service, other);
  expect(decodeJwt(tokens.access_token)).toMatchObject({ acr: "pwd" });
  const elsewhere = operatorOf(newId(), new Date());
  expect(await setSecondFactorPolicy(pool, elsewhere, "EVERYONE")).toBeUndefined();
});

test("a tenant is not created when its administrator has an account elsewhere", async () => {
  const { email } = await addUser(service, "viewer");
  const before = await countTenants();
  const made = createTenant(service.parts, { name: "Other", email, adminName: "A" }, new Date());
  await expect(made).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  expect(await countTenants()).toBe(before);
});
