import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { browserPath, explainSkip } from "@allfunds/platform/testing";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp, type App } from "../app.ts";
import { ALL_SCOPES, EVERY_PAGE, fillBooks, visitPlace } from "../filled-books.ts";
import { layoutFaults, unfoldAll } from "../layout-faults.ts";

explainSkip();

/** Keeps pictures of the first two windows in this directory. */
// oxlint-disable-next-line node/no-process-env -- a setting of a run of tests, not of a service
const KEPT_IN = process.env["SCREENS_DIR"];
const HEIGHT = 900;
const WIDTHS = [1_440, 390, 640, 320] as const;
const LANGUAGES = [
  ["de-DE", "light"],
  ["he-IL", "dark"],
] as const;

describe.skipIf(!browserPath)("pages in other languages", () => {
  let app: App;
  const tabs = new Map<string, Page>();

  beforeAll(async () => {
    app = await startApp();
    await fillBooks(app);
    if (KEPT_IN !== undefined) await mkdir(KEPT_IN, { recursive: true });
  });
  afterAll(() => app?.stop());

  async function tabOf(locale: string, colorScheme: "light" | "dark"): Promise<Page> {
    const page = tabs.get(locale) ?? (await app.open("/", { locale, colorScheme }, ALL_SCOPES));
    tabs.set(locale, page);
    return page;
  }

  describe.each(LANGUAGES)("%s", (locale, scheme) => {
    test.each(EVERY_PAGE)("fit every window: %s", async (name, path, link) => {
      const page = await tabOf(locale, scheme);
      await visitPlace(page, app, path(app), link);
      for (const [nth, width] of WIDTHS.entries()) {
        await page.setViewportSize({ width, height: HEIGHT });
        if (KEPT_IN !== undefined && nth < 2) {
          const file = `${name.replaceAll(" ", "-")}-${locale}-${width}.png`;
          await page.screenshot({ path: join(KEPT_IN, file), fullPage: true });
        }
        // Of what is unfolded there is no picture: menus would lie over the page.
        if (nth === 2) await unfoldAll(page);
        const { wide, hidden } = await layoutFaults(page);
        expect({ width, wide, hidden }).toEqual({ width, wide: [], hidden: [] });
      }
      expect(app.errors()).toEqual([]);
    });
  });
});
