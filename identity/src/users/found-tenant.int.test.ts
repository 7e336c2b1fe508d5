import { afterAll, beforeAll, expect, test } from "vitest";
import { PlainBrowser } from "../browser.fixture.ts";
import { addUser, runIdentity, type RunningIdentity } from "../identity.fixture.ts";
import { credentials, startSignIn } from "../sign-in.fixture.ts";
import { foundTenant } from "./found-tenant.ts";

let identity: RunningIdentity;
beforeAll(async () => {
  identity = await runIdentity();
});
afterAll(() => identity.stop());

const tenants = async (): Promise<number> =>
  (await identity.parts.pool.query("SELECT FROM tenant")).rowCount ?? 0;

test("the first administrator of a new tenant gets a letter, a password and the way to a second factor", async () => {
  const letters: string[] = [];
  const parts = {
    ...identity.parts,
    mail: async ({ text }: { text: string }) => void letters.push(text),
  };
  const email = "ada@northgate.example";
  const user = await foundTenant(
    parts,
    { name: "Northgate Funds", email, adminName: "Ada Admin" },
    new Date(),
  );
  expect(user).toMatchObject({ email, roles: ["admin"], status: "INVITED" });
  const link = /http:\S+/.exec(letters[0] ?? "")?.[0] ?? "";
  const browser = new PlainBrowser();
  const password = "violet tractor sings";
  await browser.submit(await browser.open(link), link.slice(-20), { password });

  const { url, redirectUri } = await startSignIn(identity);
  const page = await browser.submit(
    await browser.open(url.href, redirectUri),
    "/password",
    credentials({ userId: user.userId, email, password, totpSecret: undefined }),
    redirectUri,
  );
  expect(page.title).toBe("Set up your second factor");
});

test("a tenant whose administrator has an account elsewhere is not made", async () => {
  const { email } = await addUser(identity.parts, "viewer");
  const before = await tenants();
  const made = foundTenant(identity.parts, { name: "Other", email, adminName: "A" }, new Date());
  await expect(made).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  expect(await tenants()).toBe(before);
});
