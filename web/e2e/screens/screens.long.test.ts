import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { browserPath, explainSkip } from "@allfunds/platform/testing";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp, type App } from "../app.ts";
import { visit } from "../browser.ts";
import { PAGES } from "../every-page.ts";
import { differenceOf, fingerprintOf } from "./fingerprint.ts";

explainSkip();

const ACCEPTED = join(import.meta.dirname, "accepted");
/* oxlint-disable node/no-process-env -- settings of a run of tests, not of a service */
/** Stores what the pages look like now, to be compared from then on. */
const ACCEPTS = process.env["ACCEPT_SCREENS"] !== undefined;
/** Keeps the pictures themselves in this directory. */
const KEPT_IN = process.env["SCREENS_DIR"];
/* oxlint-enable node/no-process-env */

/** Width of the window, height that is looked at, side of the squares; pixels. */
const SCREENS = [
  { width: 390, height: 2_600, block: 26 },
  { width: 1_440, height: 2_400, block: 48 },
  { width: 2_560, height: 2_400, block: 80 },
] as const;
const WINDOW_HEIGHT = 900;
/** Of the fixed data of the fake graph, before which no page has a default date. */
const TODAY = new Date("2026-11-27T10:00:00Z");

/** Runs in the page. */
const twoFrames = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));

describe.skipIf(!browserPath)("what pages look like", () => {
  let app: App;
  let tabs: { readonly page: Page; readonly blank: Page } | undefined;

  beforeAll(async () => {
    app = await startApp();
    if (KEPT_IN !== undefined) await mkdir(KEPT_IN, { recursive: true });
    await mkdir(ACCEPTED, { recursive: true });
  });
  afterAll(() => app?.stop());

  /** A page of the app, and an empty one that reads pictures. */
  async function open() {
    const page = await app.open("/");
    await page.clock.setFixedTime(TODAY);
    const blank = await page.context().newPage();
    await blank.goto("about:blank");
    return { page, blank };
  }

  async function shoot(name: string, { width, height, block }: (typeof SCREENS)[number]) {
    const { page, blank } = (tabs ??= await open());
    const whole = await page.evaluate(() => document.documentElement.scrollHeight);
    const clip = { x: 0, y: 0, width, height: Math.min(whole, height) };
    const png = await page.screenshot({ fullPage: true, clip, animations: "disabled" });
    if (KEPT_IN !== undefined) await writeFile(join(KEPT_IN, `${name}-${width}.png`), png);
    return fingerprintOf(blank, png, block);
  }

  async function takeAll(name: string, path: string): Promise<string[]> {
    const { page } = (tabs ??= await open());
    const found: string[] = [];
    await visit(page, app.web.url + path);
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    for (const screen of SCREENS) {
      await page.setViewportSize({ width: screen.width, height: WINDOW_HEIGHT });
      // What follows the width of its place is drawn in the second frame.
      await page.evaluate(twoFrames);
      found.push(await shoot(name, screen));
    }
    return found;
  }

  test.each(PAGES)("is as it was accepted: %s", async (name, path) => {
    const fileName = name.replaceAll(" ", "-").toLowerCase();
    const file = join(ACCEPTED, `${fileName}.txt`);
    const found = await takeAll(fileName, path(app));
    if (ACCEPTS) {
      await writeFile(file, `${found.join("\n\n")}\n`);
      return;
    }
    const accepted = (await readFile(file, "utf8")).trimEnd().split("\n\n");
    const differences = SCREENS.flatMap(({ width }, nth) => {
      const difference = differenceOf(accepted[nth] ?? "", found[nth] ?? "");
      return difference === undefined ? [] : [`${width} pixels: ${difference}`];
    });
    // ACCEPT_SCREENS=1 accepts what is shown now.
    expect(differences).toEqual([]);
  });

  test("would not accept a page whose cards are moved, or one that is longer", async () => {
    const [before = ""] = await takeAll("moved", "/");
    const { page } = (tabs ??= await open());
    await page.setViewportSize({ width: SCREENS[0].width, height: WINDOW_HEIGHT });
    await visit(page, app.web.url);
    await page.locator("main").evaluate((main) => (main.style.paddingTop = "120px"));
    const moved = await shoot("moved", SCREENS[0]);
    expect(differenceOf(before, moved)).toMatch(/squares|rows/);
    expect(differenceOf(before, before)).toBeUndefined();
    expect(differenceOf(before, `${before}\n${before}`)).toMatch(/rows instead of/);
  });
});
