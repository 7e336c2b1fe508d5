import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { chargeOf, type App } from "./app.ts";
import { hydrated, live, visit } from "./browser.ts";
import { post } from "./fake-graph/books.ts";
import { fillForm, shows } from "./page-actions.ts";

const PHONE = { width: 390, height: 844 };
/** Markup, a script's address, an order of writing that runs backwards, one word that never breaks, and signs that are joined. */
const HOSTILE = [
  `<img src="x" onerror="globalThis.isRun = true">`,
  `"></script><script>globalThis.isRun = true</script>`,
  "{@html constructor.constructor('globalThis.isRun = true')()}",
  "paid \u202E00.01 EUR\u202C to \u2066nobody",
  "W".repeat(400),
  "\u200B\u0301\uFEFF\u{1F469}\u200D\u{1F4BC}".repeat(20),
] as const;

/** Pages that list postings or what they come to. */
const listPages = ({ fund }: App): string[] => [
  "/",
  `/funds/${fund.id}`,
  `/funds/${fund.id}/transactions`,
  `/funds/${fund.id}/accounts`,
  `/funds/${fund.id}/reports`,
  `/accounts/${fund.accounts[0]?.id}`,
];

/** Tests what comes from others, and what is larger than expected. */
export const testExtremes = (started: () => App): SuiteCollector =>
  describe("extremes", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test("shows descriptions as the text that they are", async () => {
      const posted = HOSTILE.map((description) => ({
        description,
        path: `/transactions/${post(app.fund, chargeOf(app.fund, description, "0.07")).transaction.id}`,
      }));
      const page = await app.open("/");
      await page.setViewportSize(PHONE);
      const visitAsPhone = async (path: string) => {
        await visit(page, app.web.url + path);
        expect(await page.evaluate(() => "isRun" in globalThis)).toBe(false);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect({ path, wide }).toEqual({ path, wide: PHONE.width });
      };
      for (const path of listPages(app)) await visitAsPhone(path);
      for (const { description, path } of posted) {
        await visitAsPhone(path);
        expect(await page.locator("h1").textContent()).toBe(description);
      }
      expect(await app.closePages()).toEqual([]);
    });

    test("keeps a form when the session ended while it was typed, and posts it in the next one", async () => {
      const page = await app.openLive(`/funds/${app.fund.id}`);
      await page.getByRole("link", { name: "Post transaction" }).click();
      await fillForm(page, "Typed too long", "21.00", "21.00");
      const cookies = await page.context().cookies(app.web.url);
      await page.context().clearCookies({ name: "__Host-sid" });
      await page.getByRole("button", { name: "Post transaction" }).click();
      await page
        .getByRole("alert")
        .getByText(/Your session has ended/)
        .waitFor();
      expect(await page.getByLabel("Description").inputValue()).toBe("Typed too long");
      expect(await page.getByLabel("Debit of line 1").inputValue()).toBe("21.00");
      await page.context().addCookies(cookies);
      await page.getByRole("button", { name: "Post transaction" }).click();
      await page.getByText("Posted.").waitFor();
      const posted = app.fund.transactions.filter(
        ({ description }) => description === "Typed too long",
      );
      expect(posted).toHaveLength(1);
      expect((await app.closePages()).filter((fault) => !fault.includes("401"))).toEqual([]);
    });

    test("keeps what each of two tabs of a reader has typed, and shows both what one posts", async () => {
      const path = `/funds/${app.fund.id}`;
      const first = await app.openLive(path);
      const second = await first.context().newPage();
      await app.nextSubscription(() => visit(second, app.web.url + path));
      await live(second);
      const tabs = [
        [first, "Typed in the first tab"],
        [second, "Typed in the second tab"],
      ] as const;
      for (const [tab, description] of tabs) {
        await tab.getByRole("link", { name: "Post transaction" }).click();
        await fillForm(tab, description, "31.00", "31.00");
      }
      await second.getByRole("button", { name: "Post transaction" }).click();
      await second.getByText("Posted.").waitFor();
      const shownIn = (tab: typeof first, description: string) =>
        tab.locator("[data-transaction]", { hasText: description });
      await shownIn(first, "Typed in the second tab").waitFor();
      expect(await first.getByLabel("Description").inputValue()).toBe("Typed in the first tab");
      await first.reload();
      await hydrated(first);
      await shows(() => first.getByLabel("Description").inputValue(), "Typed in the first tab");
      await first.getByRole("button", { name: "Post transaction" }).click();
      await first.getByText("Posted.").waitFor();
      await shownIn(second, "Typed in the first tab").waitFor();
      expect(await app.closePages()).toEqual([]);
    });

    // The last one: the balances of the fund are as large from then on.
    test("gives a posting of a septillion its place on every page, with all its digits at hand", async () => {
      const amount = "1000000000000000000000000.00";
      const { transaction } = post(app.fund, chargeOf(app.fund, "A septillion", amount));
      const page = await app.open("/");
      for (const path of [...listPages(app), `/transactions/${transaction.id}`]) {
        await page.setViewportSize(PHONE);
        await visit(page, app.web.url + path);
        for (const width of [PHONE.width, 1_280]) {
          await page.setViewportSize({ width, height: PHONE.height });
          const seen = await page.evaluate(() => ({
            wide: document.documentElement.scrollWidth,
            cut: [...document.querySelectorAll(".amount")]
              .filter((one) => one.checkVisibility() && one.clientWidth < one.scrollWidth - 1)
              .map((one) => one.outerHTML),
          }));
          expect({ path, width, ...seen }).toEqual({ path, width, wide: width, cut: [] });
        }
      }
      const full = page.getByText(/1,000,000,000,000,000,000,000,000\.00/);
      const titled = page.getByTitle(/1,000,000,000,000,000,000,000,000\.00/);
      expect((await full.count()) + (await titled.count())).toBeGreaterThan(0);
      expect(await app.closePages()).toEqual([]);
    });
  });
