import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { accountId, type App } from "./app.ts";
import { PAGES } from "./every-page.ts";

const ADMIN = ["ledger:read", "ledger:write", "admin", "audit:read", "audit:verify"];
const APPROVER = ["ledger:read", "ledger:approve"];

/** Prices are public. */
const HAVE_PRICES: ReadonlySet<string> = new Set(["markets", "securities"]);

/** Amounts of money in a text, without those that a form reads from what is typed. */
const amountsIn = (text: string): string[] =>
  text.match(/(?<!read as \u2212?|[\d,.])\d[\d,.]*\.\d{2}(?:&nbsp;|\s)*(?:EUR|USD)\b/g) ?? [];

/** Tests webhooks, dimensions, jobs, corporate actions and sensitive changes. */
export const testSettings = (started: () => App): SuiteCollector =>
  describe("settings and registers", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("keeps a webhook, shows its secret once and its deliveries, and ends it", async () => {
      const page = await app.open("/admin/webhooks", { javaScriptEnabled: false }, ADMIN);
      await page.getByText("New webhook").click();
      await page.getByLabel("Address of the receiver").fill("http://books.example/hook");
      await page.getByRole("button", { name: "Create the webhook" }).click();
      await page.getByRole("alert").getByText("must begin with https").waitFor();
      await page.getByLabel("Address of the receiver").fill("https://books.example/hook");
      await page.getByRole("button", { name: "Create the webhook" }).click();
      await page.getByText("whsec_c2VjcmV0").waitFor();
      await page.goto(`${app.web.url}/admin/webhooks`);
      expect(await page.getByText("whsec_c2VjcmV0").count()).toBe(0);
      await page.getByRole("link", { name: "https://books.example/hook" }).click();
      await page.getByRole("button", { name: "Send a test" }).click();
      const delivery = page.locator('[data-delivery="FAILED"]');
      await delivery.locator("summary").click();
      await delivery.getByText("<b>no</b>").waitFor();
      await delivery.getByRole("button").first().click();
      await page.locator('[data-delivery="DELIVERED"]').waitFor();
      await page.getByRole("button", { name: "Pause" }).click();
      await page.getByRole("button", { name: "Go on" }).waitFor();
      await page.locator("summary", { hasText: "Delete this webhook" }).click();
      await page.getByRole("button", { name: "Delete", exact: true }).click();
      await page.getByText("No webhooks").waitFor();
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("states why a client rests, who is responsible, and what makes it go on", async () => {
      const page = await app.open("/admin/clients", { javaScriptEnabled: false }, ADMIN);
      const client = page.locator('[data-client="Nightly reports"]');
      expect(await client.locator(".chip").innerText()).toBe("Resting");
      await client.locator("summary").click();
      await client.getByText("Ada Administrator, who is responsible, is disabled.").waitFor();
      await client.getByText("It goes on when that changes").waitFor();
      await client.getByRole("button", { name: "New secret" }).waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    test("keeps a dimension and its values", async () => {
      const page = await app.open("/dimensions", { javaScriptEnabled: false });
      await page.locator("summary", { hasText: "New dimension" }).click();
      await page.getByLabel("Name in entries").fill("Cost centre");
      await page.getByLabel("What it stands for").fill("Cost centre");
      await page.getByRole("button", { name: "Keep the dimension" }).click();
      await page.getByRole("alert").waitFor();
      expect(await page.getByLabel("What it stands for").first().inputValue()).toBe("Cost centre");
      await page.getByLabel("Name in entries").fill("costCentre");
      await page.getByRole("button", { name: "Keep the dimension" }).click();
      const dimension = page.locator('[data-dimension="costCentre"]');
      await dimension.locator("summary").click();
      await dimension.locator("textarea").fill("LDN London\nLUX Luxembourg");
      await dimension.getByRole("button").first().click();
      await page.locator('[data-dimension="costCentre"]').getByText("2 values").waitFor();
      // A value that is kept again has another name and stands once.
      const kept = page.locator('[data-dimension="costCentre"]');
      await kept.locator("summary").click();
      await kept.locator("textarea").fill("LUX Luxembourg City\nPAR Paris");
      await kept.getByRole("button").first().click();
      await page.locator('[data-dimension="costCentre"]').getByText("3 values").waitFor();
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("lists running and failed jobs, cancels one and runs one again", async () => {
      const page = await app.open("/jobs", { javaScriptEnabled: false }, ADMIN);
      const running = page.locator('[data-job="verification-1"]');
      expect(await running.locator("progress").getAttribute("value")).toBe("400");
      await running.getByRole("button").click();
      await page.locator('[data-job="verification-1"]').getByText("Cancelled").waitFor();
      await page.getByText("It was ended.").waitFor();
      await page.getByRole("button", { name: "Run again" }).click();
      await page.getByText("No job failed").waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    test("freezes an account, sets its minimum balance, and unfreezes it", async () => {
      const path = `/accounts/${accountId(app.fund, "1000")}`;
      const page = await app.open(path, { javaScriptEnabled: false });
      const controls = page.locator("details", { has: page.locator("[data-status]") });
      await controls.locator("summary").click();
      await controls.getByLabel("Reason").fill("Signature missing");
      await controls.getByRole("button", { name: "Freeze" }).click();
      expect(await controls.locator("[data-status]").innerText()).toBe("Frozen");
      await controls.locator("summary").click();
      await controls.getByLabel(/Minimum balance/).fill("1.000,00");
      await controls.getByRole("button", { name: "Set the minimum" }).click();
      await controls.getByRole("alert").getByText("Less than that is available.").waitFor();
      expect(await controls.getByLabel(/Minimum balance/).inputValue()).toBe("1.000,00");
      await controls.getByLabel(/Minimum balance/).fill("-2.500,00");
      await controls.getByRole("button", { name: "Set the minimum" }).click();
      expect(await controls.locator("summary").innerText()).toMatch(/at least\s.2,500\.00/);
      await controls.locator("summary").click();
      await controls.getByLabel("Reason").fill("Signed");
      await controls.getByRole("button", { name: "Unfreeze" }).click();
      expect(await controls.locator("[data-status]").innerText()).toBe("Open");
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("records a dividend and its payment", async () => {
      const path = `/funds/${app.fund.id}/actions`;
      const page = await app.open(path, { javaScriptEnabled: false });
      await page.locator("summary", { hasText: "Record a corporate action" }).click();
      await page.getByLabel("Ex-date").fill("2026-11-20");
      await page.getByRole("button", { name: "Record", exact: true }).click();
      await page.getByRole("alert").getByText("a dividend needs its amount").waitFor();
      await page.getByLabel("Cash for one unit").fill("1,25");
      await page.getByRole("button", { name: "Record", exact: true }).click();
      const action = page.locator("[data-action]");
      expect(await action.innerText()).toContain("1,250.00");
      await action.locator("summary").click();
      await action.getByRole("button").first().click();
      await page.locator("[data-action]").getByText("Paid", { exact: true }).waitFor();
      expect(await app.closePages()).toEqual([expect.stringContaining("422")]);
    });

    test("lets a looser limit wait for another person, who approves it", async () => {
      const page = await app.open("/approvals", { javaScriptEnabled: false }, ADMIN);
      const set = async (kind: string, amount: string) => {
        await page.getByLabel("Kind of limit").selectOption({ label: kind });
        await page.getByLabel("Amount (empty: no limit)").fill(amount);
        await page.getByRole("button", { name: "Set limit" }).click();
      };
      await set("Sensitive changes", "1.000,00");
      await page.locator('[data-limit="CHANGE"]').getByText("1,000.00").waitFor();
      await set("One posting", "50,000");
      await page.getByRole("status").getByText("waits for another person").waitFor();
      expect(await page.locator("main").innerText()).toMatch(/Afterwards\s+50,000\.00/);
      const change = page.url().replace("?new", "");

      const other = await app.open("/review", { javaScriptEnabled: false }, APPROVER, "bela");
      await other.locator('[data-count="changes"]').click();
      await other.getByRole("link", { name: /Another approval limit/ }).click();
      expect(other.url()).toBe(change);
      for (const [code, approvals, waits] of [
        ["LIMIT_CHANGED", 1, 1],
        ["CHANGED_SINCE", 0, 0],
      ] as const) {
        app.gateway.switches.mayNotApprove = { code, error: "VERSION_CONFLICT", message: "" };
        await other.reload();
        await other.locator(`[data-refusal="${code}"]`).waitFor();
        expect(await other.locator('form[action="?/approve"]').count()).toBe(approvals);
        const wait = other.getByRole("button", { name: "Have it wait for more approvers" });
        expect(await wait.count()).toBe(waits);
      }
      app.gateway.switches.mayNotApprove = undefined;
      await other.reload();
      await other.getByRole("button", { name: "Approve the change" }).click();
      await other.locator(".state").getByText("Approved").waitFor();
      await other.goto(`${app.web.url}/approvals`);
      await other.locator('[data-limit="POSTING"]').getByText("50,000.00").waitFor();

      // Other tests post without limits.
      await page.goto(`${app.web.url}/approvals`);
      await set("Sensitive changes", "");
      await set("One posting", "");
      await page.getByText("No limit is set.").waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    test("hides amounts on every page from the first paint on, announces it, and shows them again", async () => {
      const page = await app.open(`/funds/${app.fund.id}`);
      const button = page.getByRole("button", { name: "Hide amounts" });
      await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
      const kept = page.waitForResponse((response) => response.url().endsWith("/appearance"));
      await button.click();
      await kept;
      expect(await button.getAttribute("aria-pressed")).toBe("true");
      await page.locator('[role="status"]', { hasText: "Amounts are hidden." }).waitFor();
      expect(await page.locator("main .amount").first().innerText()).toContain("amount hidden");
      expect(amountsIn((await page.locator("main").textContent()) ?? "")).toEqual([]);
      const amountsOf = async (path: string) => {
        const response = await page.request.get(app.web.url + path);
        const [, main = ""] = /<main(.*)<\/main>/s.exec(await response.text()) ?? [];
        return amountsIn(main.replaceAll(/<script.*?<\/script>|<!--.*?-->|<(?!input)[^>]*>/gs, ""));
      };
      const found: string[] = [];
      for (const [name, path] of PAGES) {
        if (HAVE_PRICES.has(name)) continue;
        found.push(...(await amountsOf(path(app))).map((amount) => `${name}: ${amount}`));
      }
      expect(found).toEqual([]);
      await page.locator("h1").click();
      const shown = page.waitForResponse((response) => response.url().endsWith("/appearance"));
      await page.keyboard.press("h");
      await shown;
      expect(await button.getAttribute("aria-pressed")).toBe("false");
      expect(await page.locator("main .amount").first().innerText()).toMatch(/\d/);
      expect((await amountsOf("/")).length).toBeGreaterThan(10);
      expect(await app.closePages()).toEqual([]);
    });
  });
