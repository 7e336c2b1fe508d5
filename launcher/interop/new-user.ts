import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PlainBrowser, type Shown } from "../../identity/src/browser.fixture.ts";
import { codeOf, credentials, type TestUser } from "../../identity/src/sign-in.fixture.ts";
import type { DemoIssuer } from "./demo-issuer.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const FUNDS = "urn:allfunds:params:scim:schemas:extension:funds:2.0:User";

/** A user of this run alone, provisioned as a directory does it; the invitation's email leads to the password. */
export async function addUser(issuer: DemoIssuer): Promise<TestUser> {
  const { demo, administer } = issuer;
  const email = `interop-${randomUUID()}@demo.example`;
  const password = `lanterns over ${randomUUID()}`;
  const { id } = (await administer("POST", `${demo.issuer}/scim/v2/Users`, {
    schemas: [USER, FUNDS],
    userName: email,
    displayName: "Interop Viewer",
    roles: [{ value: "viewer" }],
    [FUNDS]: { allFunds: true },
  })) as { readonly id: string };
  const browser = new PlainBrowser();
  const page = await browser.open(await invitationOf(issuer, email));
  const done = await browser.submit(page, new URL(page.url).pathname, { password });
  if (done.status !== 200) throw new Error(`no password was set: ${done.title}`);
  return { userId: id, email, password, totpSecret: undefined };
}

async function invitationOf({ demo, dataDir }: DemoIssuer, email: string): Promise<string> {
  const folder = join(dataDir, "outbox");
  const texts = (await readdir(folder)).map((name) => readFile(join(folder, name), "utf8"));
  for (const text of await Promise.all(texts)) {
    const plain = text.replaceAll("=\r\n", "").replaceAll("=\n", "").replaceAll("=3D", "=");
    const token = /\/password\/new\/([\w-]+)/.exec(plain)?.[1];
    if (plain.includes(email) && token !== undefined) return `${demo.issuer}/password/new/${token}`;
  }
  throw new Error(`There is no invitation of ${email} in ${folder}.`);
}

/** Which pages of the issuer were answered on the way. */
export interface Arrived {
  readonly page: Shown;
  readonly pages: readonly string[];
}

/** Answers the issuer's pages as the user does, until one of the client is reached. */
export async function passPages(
  browser: PlainBrowser,
  first: Shown,
  user: TestUser,
  stopAt?: string,
): Promise<Arrived> {
  const pages: string[] = [];
  let page = first;
  for (;;) {
    const { title } = page;
    if (title === "Sign in") {
      page = await browser.submit(page, "/password", credentials(user), stopAt);
    } else if (title === "Confirm your password") {
      page = await browser.submit(page, "/password", { password: user.password }, stopAt);
    } else if (title === "Set up your second factor") {
      const totpSecret = /class="secret">([A-Z2-7]+)</.exec(page.text)?.[1] ?? "";
      const code = await codeOf({ ...user, totpSecret });
      page = await browser.submit(page, "/enrol", { code });
      page = await browser.submit(page, "/enrolled", {}, stopAt);
    } else if (page.forms.some(({ action }) => action.endsWith("/consent"))) {
      const wanted = [...page.text.matchAll(/name="(allow [^"]+)"/g)].map(([, name = ""]) => name);
      const allowed = Object.fromEntries(wanted.map((name) => [name, "yes"]));
      page = await browser.submit(page, "/consent", allowed, stopAt);
    } else if (page.forms.some(({ action }) => action.endsWith("/confirm"))) {
      page = await browser.submit(page, "/confirm", { logout: "yes" }, stopAt);
    } else {
      return { page, pages };
    }
    pages.push(title);
  }
}
