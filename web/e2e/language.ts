import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test, type SuiteCollector } from "vitest";
import { accessibilityFaults } from "./accessibility.ts";
import type { App } from "./app.ts";
import { hydrated, visit } from "./browser.ts";
import { shows } from "./page-actions.ts";
import { en as analysis } from "../src/lib/language/catalogue/analysis/en.ts";
import { en as core } from "../src/lib/language/catalogue/en.ts";
import { en as ofFund } from "../src/lib/language/catalogue/fund/en.ts";
import type { Message } from "../src/lib/language/catalogue/message.ts";

/** A word or two may be the same in another language. */
const SHORTEST_SENTENCE = 12;
const PHONE = { width: 390, height: 844 };

const direction = (page: Page) =>
  page.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dir}`);

const OF_THE_GRAPH =
  /^(?:insight\.text|expected|rhythm|method|definition|absence|model|direction)\./;

/** The sentences that the graph has in English, as patterns with any values at their places. */
const ENGLISH_SENTENCES = Object.entries<Message>({ ...core, ...ofFund, ...analysis })
  .filter(([key]) => OF_THE_GRAPH.test(key))
  .flatMap(([key, message]) =>
    (typeof message === "string" ? [message] : Object.values(message)).map(
      (text) => [key, patternOf(text)] as const,
    ),
  )
  .filter(([, pattern]) => pattern.source.length > SHORTEST_SENTENCE);

function patternOf(text: string): RegExp {
  const parts = text
    .split(/\{\w+\}/)
    .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  return new RegExp(parts.join(".{1,80}?"));
}

/** Tests the languages of the pages. */
export const testLanguages = (started: () => App): SuiteCollector =>
  describe("languages", () => {
    let app: App;

    beforeAll(() => {
      app = started();
    });

    test.each(["/", "fund", "transactions", "/search?q=5100"])(
      "is accessible and fits a phone from right to left: %s",
      async (name) => {
        const fund = `/funds/${app.fund.id}`;
        const path = { fund, transactions: `${fund}/transactions` }[name] ?? name;
        const page = await app.open(path, { locale: "he-IL" });
        expect(await direction(page)).toBe("he rtl");
        await page.getByRole("link", { name: "בית", exact: true }).waitFor();
        // The ellipsis of an English name is at its end.
        const names = page.locator("[data-transaction] .description, [role=row] .title");
        if (!name.startsWith("/search")) await names.first().waitFor();
        const directions = await names.evaluateAll((all) =>
          all.map((each) => getComputedStyle(each).direction),
        );
        expect(directions.filter((each) => each !== "ltr")).toEqual([]);
        expect(await accessibilityFaults(page)).toEqual([]);
        await page.setViewportSize(PHONE);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
        expect(await app.closePages()).toEqual([]);
      },
    );

    test.each(["de-DE", "he-IL"])(
      "words insights, methods, reasons and rules of the graph in the language of the reader: %s",
      async (locale) => {
        const fund = `/funds/${app.fund.id}`;
        const shown: string[] = [];
        const page = await app.open("/", { locale });
        for (const [path, ...parts] of [
          ["/", "[data-fund]", "h2"],
          [fund, '[data-metric="runwayMonths"]', "#insights-title", "#expected-title"],
          [`${fund}/performance?benchmark=benchmark-1&range=3m`, '[data-figure="SHARPE"]'],
          ["/markets/benchmark-1", '[data-figure="SHARPE"]', "[data-verdict]"],
        ] as const) {
          if (path !== "/") await visit(page, app.web.url + path);
          for (const part of parts) await page.locator(part).first().waitFor();
          const text = (await page.locator("main").textContent()) ?? "";
          // Days and amounts stand in isolates of their own.
          const plain = text.replaceAll(/[\u2066-\u2069]/g, "").replaceAll(/\s+/g, " ");
          for (const [key, sentence] of ENGLISH_SENTENCES) {
            if (sentence.test(plain)) shown.push(`${path} ${key}`);
          }
        }
        expect(shown).toEqual([]);
        expect(await app.closePages()).toEqual([]);
      },
    );

    test("keeps a chosen language, reads and prints its notation, and explains in it", async () => {
      const page = await app.open(`/funds/${app.fund.id}`);
      expect(await direction(page)).toBe("en ltr");
      await page.getByText("Anna Accountant").click();
      await page.getByLabel("Language").selectOption({ label: "Deutsch" });
      await page.locator('form[action="/language"] button').click();
      await page.waitForFunction(() => document.documentElement.lang === "de");
      await hydrated(page);
      await page.getByRole("link", { name: "Buchen" }).click();
      await page.getByRole("button", { name: "Buchen" }).click();
      await page.getByText("Geben Sie eine Beschreibung ein.").waitFor();
      await page.getByLabel("Beschreibung").fill("Auf Deutsch gebucht");
      await page
        .getByLabel("Konto der Zeile 1")
        .selectOption({ label: "5100 Custody and bank charges" });
      await page.getByLabel("Soll der Zeile 1").fill("1.239");
      await page.getByLabel("Konto der Zeile 2").selectOption({ label: "1000 Cash at bank" });
      await page.getByLabel("Haben der Zeile 2").fill("1239,00");
      await page.getByText("Ausgeglichen, in EUR").waitFor();
      await page.getByRole("button", { name: "Buchen" }).click();
      await page.getByText("Gebucht.").waitFor();
      const posted = page.locator("[data-transaction]").first();
      await shows(async () => (await posted.innerText()).includes("1.239,00"), true);
      expect(await app.closePages()).toEqual([]);
    });

    test("finds an amount in the notation of the reader without scripts", async () => {
      const options = { locale: "de-DE", javaScriptEnabled: false };
      const page = await app.open(`/funds/${app.fund.id}/transactions`, options);
      await page.getByText("Betrag, Seite, Referenz und mehr").click();
      await page.getByLabel("Betrag von").fill("viel");
      await page.getByRole("button", { name: "Anzeigen" }).click();
      await page.getByText("Geben Sie einen Betrag ab null ein, etwa 1.234,50.").waitFor();
      expect(await app.closePages()).toEqual([]);
    });
  });
