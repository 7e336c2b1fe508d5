import { afterAll, beforeAll, expect, test } from "vitest";
import { PlainBrowser } from "../browser.fixture.ts";
import { addUser, openService, type RunningService } from "../service.fixture.ts";
import { credentials, startSignIn } from "../sign-in.fixture.ts";
import { createTenant } from "./create-tenant.ts";

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

test("a tenant is not created when its administrator has an account elsewhere", async () => {
  const { email } = await addUser(service, "viewer");
  const before = await countTenants();
  const made = createTenant(service.parts, { name: "Other", email, adminName: "A" }, new Date());
  await expect(made).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  expect(await countTenants()).toBe(before);
});
