import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserPath, explainSkip } from "./browser.ts";
import { accountId } from "./house.ts";
import { codeOf } from "./identity-server.ts";
import { signIn, startSignedInHouse, type SignedInHouse } from "./signed-in-house.ts";

explainSkip();

const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();

describe.skipIf(!browserPath)("signed in", () => {
  let house: SignedInHouse;

  beforeAll(async () => {
    house = await startSignedInHouse();
  });
  afterAll(() => house?.stop());

  const fundPath = () => `/funds/${house.fund.id}`;

  test("a page that needs a sign-in is reached after it, and no token comes near the browser", async () => {
    const page = await house.newPage();
    const answers: string[] = [];
    page.on("response", (response) => {
      if (!response.url().startsWith(house.web.url)) return;
      void response.text().then(
        (text) => answers.push(text, JSON.stringify(response.headers())),
        () => undefined,
      );
    });
    await signIn(page, house.identity, "accountant", house.web.url + fundPath());
    expect(new URL(page.url()).pathname).toBe(fundPath());
    await page.getByText("Live", { exact: true }).waitFor();
    expect(answers.length).toBeGreaterThan(3);
    expect(answers.filter((text) => /eyJ[\w-]{10}/.test(text))).toEqual([]);
    const cookies = await page.context().cookies(house.web.url);
    expect(cookies.find(({ name }) => name === "__Host-sid")).toMatchObject({
      httpOnly: true,
      secure: true,
      sameSite: "Lax",
      path: "/",
    });
    expect(cookies.filter(({ name }) => name.startsWith("__Host-sign-in"))).toEqual([]);
    await page.context().close();
    expect(house.complaints.splice(0)).toEqual([]);
  });

  test("every role is offered what it may do, and refused the rest", async () => {
    const offers = {
      viewer: [],
      accountant: ["Approvals", "Post"],
      approver: ["Approvals"],
      auditor: ["Audit trail"],
      admin: ["Approvals", "Audit trail", "Users", "API clients", "Post"],
    };
    for (const [role, offered] of Object.entries(offers)) {
      const page = await house.pageOf(role, "/approvals");
      const names = ["Approvals", "Audit trail", "Users", "API clients"];
      const shown = [];
      for (const name of names) {
        if (await page.getByRole("link", { name, exact: true }).count()) shown.push(name);
      }
      const fund = await page.request.get(house.web.url + fundPath());
      if ((await fund.text()).includes("Post transaction")) shown.push("Post");
      expect([role, ...shown]).toEqual([role, ...offered]);
      const refused = await page.request.get(`${house.web.url}/admin/users`);
      expect([role, refused.status()]).toEqual([role, role === "admin" ? 200 : 403]);
      await page.close();
    }
    const viewer = await house.pageOf("viewer", "/admin/clients");
    await heading(viewer, "Not allowed");
    expect(house.complaints.splice(0)).toEqual([expect.stringContaining("403")]);
  });

  test("a posting above the limit waits for a second person, who approves or rejects it", async () => {
    const admin = await house.pageOf("admin", "/approvals");
    await admin.getByLabel("One person may debit").fill("1000.00");
    await admin.getByRole("button", { name: "Set the limit" }).click();
    await admin.getByText("Every fund", { exact: true }).waitFor();
    await admin.close();
    const maker = await house.pageOf("accountant", fundPath());
    const propose = async (description: string) => {
      await maker.goto(house.web.url + fundPath());
      await maker.getByRole("link", { name: "Post transaction" }).click();
      await maker.getByLabel("Description").fill(description);
      await maker.getByLabel("Account of line 1").selectOption(accountId(house.fund, "5100"));
      await maker.getByLabel("Debit of line 1").fill("5000.00");
      await maker.getByLabel("Account of line 2").selectOption(accountId(house.fund, "1000"));
      await maker.getByLabel("Credit of line 2").fill("5000.00");
      await maker.getByRole("button", { name: "Post transaction" }).click();
      await maker.getByText("waits for a second person").waitFor();
    };
    await propose("Annual custody");
    expect(await maker.getByRole("button", { name: "Approve and post" }).count()).toBe(0);
    const approver = await house.pageOf("approver", "/approvals");
    await approver.getByText("by Anna Accountant").waitFor();
    await approver.getByText("Annual custody").click();
    await approver.getByText("Anna Accountant,").waitFor();
    await approver.getByRole("button", { name: "Approve and post" }).click();
    await approver.getByText("Approved", { exact: true }).waitFor();

    await propose("Typed twice");
    await approver.goto(`${house.web.url}/approvals`);
    await approver.getByText("Typed twice").click();
    await approver.getByLabel("Or reject it, because").fill("It is in the books already.");
    await approver.getByRole("button", { name: "Reject" }).click();
    await approver.getByText("It is in the books already.").waitFor();
    await maker.goto(approver.url());
    await maker.getByText("Paula Approver,").waitFor();

    await propose("Changed my mind");
    await maker.getByRole("button", { name: "Withdraw it" }).click();
    await maker.getByText("Withdrawn", { exact: true }).waitFor();
    house.gateway.switches.limit = undefined;
    await maker.close();
    await approver.close();
    expect(house.complaints.splice(0)).toEqual([]);
  });

  test("an administrator makes an API client that works until it is revoked", async () => {
    const page = await house.pageOf("admin", "/admin/clients");
    await page.getByText("New client").click();
    await page.getByLabel("Name").fill("Nightly load");
    await page.getByLabel("ledger:read").check();
    await page.getByRole("button", { name: "Make the client" }).click();
    await page.getByText("The secret of Nightly load").waitFor();
    const clientSecret = await page.locator("[data-secret]").innerText();
    const row = page.locator('[data-client="Nightly load"]');
    const clientId = await row.locator("code").innerText();
    const token = () =>
      fetch(`${house.identity.issuer}/oauth/token`, {
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
    expect(await page.locator("[data-secret]").count()).toBe(0);
    expect(await row.innerText()).toContain("Last used");
    await row.locator("summary").click();
    await row.getByRole("button", { name: "Revoke for good" }).click();
    await row.getByText("Revoked", { exact: true }).first().waitFor();
    expect(await token()).toMatchObject({ error: "invalid_client" });
    await page.close();
    expect(house.complaints.splice(0)).toEqual([]);
  });

  test("an administrator invites somebody and shuts them out", async () => {
    const page = await house.pageOf("admin", "/admin/users");
    await page.getByText("Invite somebody").click();
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
    await page.getByText("A letter is on its way").waitFor();
    if ((await row.getAttribute("open")) === null) await row.locator("summary").click();
    await row.getByRole("button", { name: "Shut out" }).click();
    await page.getByText("The user is shut out.").waitFor();
    expect(await row.locator("summary").innerText()).toContain("Shut out");
    await page.close();
    // The browser itself remarks on the answer to the refused form.
    expect(house.complaints.splice(0)).toEqual([expect.stringContaining("422")]);
  });

  test("an auditor finds what happened, and takes the trail away", async () => {
    const page = await house.pageOf("auditor", "/audit?action=client.create");
    expect(await page.locator(".rows li").count()).toBeGreaterThan(0);
    expect(await page.locator(".rows").innerText()).not.toContain("sign-in");
    expect(await page.locator(".rows .who").allInnerTexts()).toContain("Ada Admin (user)");
    const exported = await page.request.get(`${house.web.url}/audit/export`);
    const lines = (await exported.text()).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).action)).toContain("client.revoke");
    await page.close();
  });

  test("a second factor is set up where one is asked for, and leads back to the page", async () => {
    const page = await house.pageOf("fund-manager", fundPath());
    const before = await page.context().cookies(house.web.url);
    await page.goto(`${house.web.url}/auth/step-up?returnTo=${fundPath()}`);
    await heading(page, "Confirm your password");
    await page.getByLabel("Password").fill(house.identity.user("fund-manager").password);
    await page.getByRole("button", { name: "Continue" }).click();
    await heading(page, "Set up your second factor");
    await page.getByText("I cannot scan it").click();
    const totpSecret = (await page.locator(".secret").textContent()) ?? "";
    const user = { ...house.identity.user("fund-manager"), totpSecret };
    await page.getByLabel("Six-digit code").fill(await codeOf(user));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.waitForURL(house.web.url + fundPath());
    await page.getByText("Felix Fund-Manager").click();
    await page.getByText("Signed in with two factors").waitFor();
    const sid = (cookies: typeof before) => cookies.find(({ name }) => name === "__Host-sid");
    const after = await page.context().cookies(house.web.url);
    expect(sid(after)?.value).not.toBe(sid(before)?.value);
    await page.close();
    expect(house.complaints.splice(0)).toEqual([]);
  });

  test("signing out ends this browser; signing out everywhere ends the others at once", async () => {
    const [laptop, phone] = [await house.newPage(), await house.newPage()];
    for (const page of [laptop, phone]) {
      await signIn(page, house.identity, "viewer", house.web.url);
      await page.getByText("Vera Viewer").click();
    }
    await laptop.getByRole("button", { name: "Sign out", exact: true }).click();
    await heading(laptop, "Funds, their books and their figures");
    expect((await phone.request.get(house.web.url + fundPath())).url()).toContain(fundPath());
    // The issuer asks for the password anew: its own session is over, too.
    await signIn(laptop, house.identity, "viewer", house.web.url);
    await laptop.getByText("Vera Viewer").click();
    await laptop.getByRole("button", { name: "Sign out everywhere" }).click();
    await laptop.getByText("You are signed out everywhere.").waitFor();
    await phone.goto(house.web.url + fundPath());
    await phone.getByText("Your session has ended.").waitFor();
    expect(house.complaints.splice(0)).toEqual([]);
  });

  test("whom an administrator signs out is signed out at once, because the issuer says so", async () => {
    const auditor = await house.pageOf("auditor", "/audit");
    const admin = await house.pageOf("admin", "/admin/users");
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
    expect(house.complaints.splice(0)).toEqual([]);
  });

  test("the pages behind the sign-in have no accessibility faults and fit a phone", async () => {
    const guest = await house.newPage();
    await guest.goto(`${house.web.url}/sign-in?reason=ended`);
    const pages: [Page, string][] = [
      [guest, "/sign-in"],
      [await house.pageOf("admin", "/admin/users"), "/admin/users"],
      [await house.pageOf("admin", "/admin/clients"), "/admin/clients"],
      [await house.pageOf("admin", "/audit"), "/audit"],
      [await house.pageOf("approver", "/approvals?status=ALL"), "/approvals"],
    ];
    for (const [page, path] of pages) {
      await page.setViewportSize({ width: 390, height: 844 });
      await page
        .locator("main details:not(li + li details)")
        .evaluateAll((all) => all.forEach((details) => details.setAttribute("open", "")));
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
        .analyze();
      const faults = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([path, 390, ...faults]).toEqual([path, width]);
    }
  });
});
