import { browserPath, explainSkip } from "@allfunds/platform/testing";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults } from "./accessibility.ts";
import { accountId } from "./app.ts";
import { signIn, startAppWithIssuer, type AppWithIssuer } from "./app-with-issuer.ts";
import { codeOf } from "./identity-server.ts";
import { hydrated, live, visit } from "./browser.ts";

explainSkip();

const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();

describe.skipIf(!browserPath)("signed in", () => {
  let app: AppWithIssuer;

  beforeAll(async () => {
    app = await startAppWithIssuer();
  });
  afterAll(() => app?.stop());

  const fundPath = () => `/funds/${app.fund.id}`;

  test("returns to the requested page after the sign-in, and sends no token to the browser", async () => {
    const page = await app.newPage();
    const responses: string[] = [];
    page.on("response", (response) => {
      if (!response.url().startsWith(app.web.url)) return;
      void response.text().then(
        (text) => responses.push(text, JSON.stringify(response.headers())),
        () => undefined,
      );
    });
    await signIn(page, app.identity, "accountant", app.web.url + fundPath());
    expect(new URL(page.url()).pathname).toBe(fundPath());
    await live(page);
    await expect.poll(() => responses.length).toBeGreaterThan(3);
    expect(responses.filter((text) => /eyJ[\w-]{10}/.test(text))).toEqual([]);
    const cookies = await page.context().cookies(app.web.url);
    expect(cookies.find(({ name }) => name === "__Host-sid")).toMatchObject({
      httpOnly: true,
      secure: true,
      sameSite: "Lax",
      path: "/",
    });
    expect(cookies.filter(({ name }) => name.startsWith("__Host-sign-in"))).toEqual([]);
    await page.context().close();
    expect(app.errors()).toEqual([]);
  });

  test.each([
    ["viewer", []],
    ["accountant", ["Approvals", "Post"]],
    ["approver", ["Approvals"]],
    ["auditor", ["Audit log"]],
    ["admin", ["Approvals", "Audit log", "Users", "API clients", "Post"]],
  ])("offers the role %s what it may do, and refuses the rest", async (role, offered) => {
    const page = await app.pageOf(role, "/approvals");
    const shown = [];
    for (const name of ["Approvals", "Audit log", "Users", "API clients"]) {
      if (await page.getByRole("link", { name, exact: true }).count()) shown.push(name);
    }
    const fund = await page.request.get(app.web.url + fundPath());
    if ((await fund.text()).includes("Post transaction")) shown.push("Post");
    expect(shown).toEqual(offered);
    const users = await page.request.get(`${app.web.url}/admin/users`);
    expect(users.status()).toBe(role === "admin" ? 200 : 403);
    await page.close();
    expect(app.errors()).toEqual([]);
  });

  test("shows an error page when the role does not include the page", async () => {
    const viewer = await app.pageOf("viewer", "/admin/clients");
    await heading(viewer, "Not allowed");
    await viewer.close();
    expect(app.errors()).toEqual([expect.stringContaining("403")]);
  });

  test("holds a posting above the limit until a second approver decides", async () => {
    const admin = await app.pageOf("admin", "/approvals");
    await admin.getByLabel("Amount (empty: no limit)").fill("1000.00");
    await admin.getByRole("button", { name: "Set limit" }).click();
    await admin.locator('[data-limit="POSTING"]').waitFor();
    await admin.close();
    const maker = await app.pageOf("accountant", fundPath());
    const propose = async (description: string) => {
      await visit(maker, app.web.url + fundPath());
      await maker.getByRole("link", { name: "Post transaction" }).click();
      await maker.getByLabel("Description").fill(description);
      await maker.getByLabel("Account of line 1").selectOption(accountId(app.fund, "5100"));
      await maker.getByLabel("Debit of line 1").fill("5000.00");
      await maker.getByLabel("Account of line 2").selectOption(accountId(app.fund, "1000"));
      await maker.getByLabel("Credit of line 2").fill("5000.00");
      await maker.getByRole("button", { name: "Post transaction" }).click();
      await maker.getByText("waits for a second approver").waitFor();
    };
    await propose("Annual custody");
    const approve = { name: "Approve and post" };
    expect(await maker.getByRole("button", approve).count()).toBe(0);
    await maker.getByRole("heading", { name: "Proposed by you or by an API client" }).waitFor();
    const approver = await app.pageOf("approver", "/approvals");
    await approver.getByText("by Anna Accountant").waitFor();
    await approver.getByText("Annual custody").click();
    await approver.getByText("Anna Accountant,").waitFor();
    app.gateway.switches.mayNotApprove = {
      code: "NO_ADMINISTRATOR",
      error: "FORBIDDEN",
      message: "A second administrator has to approve it.",
    };
    const SENTENCES = {
      en: "A second administrator has to approve it.",
      de: "Ein zweiter Administrator muss genehmigen.",
      he: "מנהל מערכת שני צריך לאשר.",
    };
    for (const [language, sentence] of Object.entries(SENTENCES)) {
      await approver.setExtraHTTPHeaders({ "accept-language": language });
      await approver.reload();
      const shown = approver.locator('[data-refusal="NO_ADMINISTRATOR"]');
      expect(await shown.innerText()).toBe(sentence);
      expect(await approver.locator('form[action="?/approve"]').count()).toBe(0);
      expect(await approver.locator('form[action="?/reject"]').count()).toBe(1);
    }
    app.gateway.switches.mayNotApprove = {
      code: "RULES",
      error: "INSUFFICIENT_FUNDS",
      message: "BANK holds 1.00 EUR.",
    };
    await approver.setExtraHTTPHeaders({ "accept-language": "de" });
    await approver.reload();
    await approver.getByText("(\u2068BANK holds 1.00 EUR.\u2069)").waitFor();
    await approver.setExtraHTTPHeaders({ "accept-language": "en" });
    app.gateway.switches.mayNotApprove = undefined;
    await approver.reload();
    await approver.getByRole("button", approve).click();
    await approver.getByText("Approved", { exact: true }).waitFor();

    await propose("Typed twice");
    await visit(approver, `${app.web.url}/approvals`);
    await approver.getByText("Typed twice").click();
    await approver.getByLabel("Reason for a rejection").fill("It is in the books already.");
    await approver.getByRole("button", { name: "Reject" }).click();
    await approver.getByText("It is in the books already.").waitFor();
    await visit(maker, approver.url());
    await maker.getByText("Paula Approver,").waitFor();

    await propose("Changed my mind");
    await maker.getByRole("button", { name: "Withdraw" }).click();
    await maker.getByText("Withdrawn", { exact: true }).waitFor();
    app.gateway.switches.limit = undefined;
    await maker.close();
    await approver.close();
    expect(app.errors()).toEqual([]);
  });

  test("creates an API client that works until it is revoked", async () => {
    const page = await app.pageOf("admin", "/admin/clients");
    await page.getByText("New client").click();
    await page.getByLabel("Name", { exact: true }).fill("Nightly load");
    await page.getByLabel("ledger:read").check();
    await page.getByRole("button", { name: "Create client" }).click();
    await page.getByText("The secret of Nightly load").waitFor();
    const clientSecret = await page.locator("[data-secret]").innerText();
    const row = page.locator('[data-client="Nightly load"]');
    const clientId = await row.locator("code").innerText();
    const token = () =>
      fetch(`${app.identity.issuer}/oauth/token`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
        body: new URLSearchParams({
          grant_type: "client_credentials",
          scope: "ledger:read",
          resource: "urn:allfunds:graph",
        }),
      }).then((response) => response.json() as Promise<{ scope?: string; error?: string }>);
    expect(await token()).toMatchObject({ scope: "ledger:read" });
    await page.reload();
    await hydrated(page);
    expect(await page.locator("[data-secret]").count()).toBe(0);
    expect(await row.innerText()).toContain("Last used");
    await row.locator("summary").click();
    await row.getByRole("button", { name: "Revoke permanently" }).click();
    await row.getByText("Revoked", { exact: true }).first().waitFor();
    expect(await token()).toMatchObject({ error: "invalid_client" });
    await page.close();
    expect(app.errors()).toEqual([]);
  });

  test("invites a user and disables the user", async () => {
    const page = await app.pageOf("admin", "/admin/users");
    await page.getByText("Invite a user").click();
    const invitation = page.locator('form[action="?/invite"]');
    await invitation.getByLabel("Name").fill("Nora New");
    await invitation.getByLabel("Email").fill("nora@test.example");
    await invitation.getByRole("button").click();
    await page.getByText("Choose at least one role.").waitFor();
    expect(await invitation.getByLabel("Name").inputValue()).toBe("Nora New");
    await invitation.getByLabel("Viewer").check();
    await invitation.getByRole("button").click();
    await page.getByText("The invitation is on its way.").waitFor();
    const row = page.locator('[data-user="nora@test.example"]');
    await row.locator("summary").click();
    await row.getByRole("button", { name: "Invite again" }).click();
    await page.getByText("An email is on its way").waitFor();
    if ((await row.getAttribute("open")) === null) await row.locator("summary").click();
    await row.getByRole("button", { name: "Disable" }).click();
    await page.getByText("The user is disabled.").waitFor();
    expect(await row.locator("summary").innerText()).toContain("Disabled");
    await page.close();
    // The browser reports the status of the refused form.
    expect(app.errors()).toEqual([expect.stringContaining("422")]);
  });

  test("shows the users that a directory provisions, and shares their administration with it", async () => {
    const provision: typeof app.identity.provision = (...sent) => app.identity.provision(...sent);
    const urn = "urn:ietf:params:scim:schemas:core:2.0:User";
    const email = "doerte@directory.example";
    const { id } = await provision("POST", "/Users", {
      schemas: [urn],
      userName: email,
      externalId: "ext-1",
      displayName: "Dörte <b>Directory</b>",
    });
    const page = await app.pageOf("admin", "/admin/users");
    const row = page.locator(`[data-user="${email}"]`);
    const openRow = async (): Promise<void> => {
      if ((await row.getAttribute("open")) === null) await row.locator("summary").click();
    };
    const summary = async (): Promise<string> => row.locator("summary").innerText();
    // Neither a role nor markup.
    expect((await summary()).split(/\s+/)).toEqual(["Dörte", "<b>Directory</b>", email, "Invited"]);
    await openRow();
    await row.getByLabel("Viewer").check();
    await row.getByLabel("All funds, also later ones").check();
    await row.getByRole("button", { name: "Change access" }).click();
    await page.getByText("Access changed. The user has to sign in again.").waitFor();
    expect(await provision("GET", `/Users/${String(id)}`)).toMatchObject({
      userName: email,
      externalId: "ext-1",
      active: true,
      roles: [{ value: "viewer" }],
    });
    const patch = (value: boolean) =>
      provision("PATCH", `/Users/${String(id)}`, {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        Operations: [{ op: "replace", path: "active", value }],
      });
    await patch(false);
    await visit(page, `${app.web.url}/admin/users`);
    expect(await summary()).toContain("Disabled");
    await openRow();
    await row.getByRole("button", { name: "Enable" }).click();
    await page.getByText("The user can sign in again.").waitFor();
    expect(await provision("GET", `/Users/${String(id)}`)).toMatchObject({ active: true });
    expect(await accessibilityFaults(page)).toEqual([]);
    await provision("DELETE", `/Users/${String(id)}`);
    await visit(page, `${app.web.url}/admin/users`);
    expect(await summary()).toContain("Disabled");
    await page.close();
    expect(app.errors()).toEqual([]);
  });

  test("shows an auditor what happened, and exports the audit log", async () => {
    const page = await app.pageOf("auditor", "/audit?action=client.create");
    expect(await page.locator(".rows li").count()).toBeGreaterThan(0);
    expect(await page.locator(".rows").innerText()).not.toContain("sign-in");
    expect(await page.locator(".rows .who").allInnerTexts()).toContain("Ada Admin (user)");
    const exported = await page.request.get(`${app.web.url}/audit/export`);
    const lines = (await exported.text()).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).action)).toContain("client.revoke");
    await page.close();
  });

  test("sets up a second factor where one is required, and returns to the page", async () => {
    const page = await app.pageOf("fund-manager", fundPath());
    const before = await page.context().cookies(app.web.url);
    await page.goto(`${app.web.url}/auth/step-up?returnTo=${fundPath()}`);
    await heading(page, "Confirm your password");
    await page.getByLabel("Password").fill(app.identity.user("fund-manager").password);
    await page.getByRole("button", { name: "Continue" }).click();
    await heading(page, "Set up your second factor");
    await page.getByText("I cannot scan it").click();
    const totpSecret = (await page.locator(".secret").textContent()) ?? "";
    const user = { ...app.identity.user("fund-manager"), totpSecret };
    await page.getByLabel("Six-digit code").fill(await codeOf(user));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.waitForURL(app.web.url + fundPath());
    await page.getByText("Felix Fund-Manager").click();
    await page.getByText("Signed in with two factors").waitFor();
    const sid = (cookies: typeof before) => cookies.find(({ name }) => name === "__Host-sid");
    const after = await page.context().cookies(app.web.url);
    expect(sid(after)?.value).not.toBe(sid(before)?.value);
    await page.close();
    expect(app.errors()).toEqual([]);
  });

  test("ends one browser's session, or those of all browsers at once", async () => {
    const [laptop, phone] = [await app.newPage(), await app.newPage()];
    for (const page of [laptop, phone]) {
      await signIn(page, app.identity, "viewer", app.web.url);
      await page.getByText("Vera Viewer").click();
    }
    await laptop.getByRole("button", { name: "Sign out", exact: true }).click();
    await heading(laptop, "Funds, their books and their figures");
    expect((await phone.request.get(app.web.url + fundPath())).url()).toContain(fundPath());
    // The issuer requires the password again: its own session has ended, too.
    await signIn(laptop, app.identity, "viewer", app.web.url);
    await laptop.getByText("Vera Viewer").click();
    await laptop.getByRole("button", { name: "Sign out everywhere" }).click();
    await laptop.getByText("You are signed out everywhere.").waitFor();
    await phone.goto(app.web.url + fundPath());
    await phone.getByText("Your session has ended.").waitFor();
    expect(app.errors()).toEqual([]);
  });

  test("ends a user's sessions at once when an administrator signs the user out", async () => {
    const auditor = await app.pageOf("auditor", "/audit");
    const admin = await app.pageOf("admin", "/admin/users");
    const row = admin.locator('[data-user="auditor@demo.example"]');
    await row.locator("summary").click();
    await row.getByRole("button", { name: "Sign out everywhere" }).click();
    await admin.getByText("The user is signed out everywhere.").waitFor();
    await auditor.reload();
    await auditor.getByText("Your session has ended.").waitFor();
    await auditor.getByRole("link", { name: "Sign in" }).click();
    await auditor.getByLabel("Password").waitFor();
    await auditor.context().close();
    await admin.close();
    expect(app.errors()).toEqual([]);
  });

  test("has no accessibility faults and fits a phone on the pages after the sign-in", async () => {
    const guest = await app.newPage();
    await guest.goto(`${app.web.url}/sign-in?reason=ended`);
    const pages: [Page, string][] = [
      [guest, "/sign-in"],
      [await app.pageOf("admin", "/admin/users"), "/admin/users"],
      [await app.pageOf("admin", "/admin/clients"), "/admin/clients"],
      [await app.pageOf("admin", "/audit"), "/audit"],
      [await app.pageOf("approver", "/approvals?status=ALL"), "/approvals"],
    ];
    for (const [page, path] of pages) {
      await page.setViewportSize({ width: 390, height: 844 });
      await page
        .locator("main details:not(li + li details)")
        .evaluateAll((all) => all.forEach((details) => details.setAttribute("open", "")));
      const faults = await accessibilityFaults(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([path, 390, ...faults]).toEqual([path, width]);
    }
  });
});
