import type { Page } from "playwright-core";
import { expect } from "vitest";
import { accessibilityFaults } from "../accessibility.ts";
import { hydrated } from "../browser.ts";
import { DEMO_FUND } from "./demo-books.ts";
import type { Person } from "./person.ts";

const PHONE = { width: 390, height: 844 };
/** With scripts, this link opens the palette in place of its page. */
const PALETTE = "/search";
/** CSS pixels that a finger needs. */
const SMALLEST_TARGET = 24;

/** What of the page does not fit a phone: what is wider than it, and what a finger misses. */
const misfits = (page: Page): Promise<string[]> =>
  page.evaluate(
    ([width, smallest]) => {
      const found: string[] = [];
      /** Within an element that scrolls or hides what is wider than it. */
      const isCut = (one: Element): boolean => {
        const around = one.parentElement;
        return (
          around !== null && (getComputedStyle(around).overflowX !== "visible" || isCut(around))
        );
      };
      if (document.documentElement.scrollWidth > width) {
        const widest = [...document.querySelectorAll("main *, header *, nav *")]
          .filter((one) => one.getBoundingClientRect().right > width && !isCut(one))
          .at(-1);
        found.push(
          `the page is ${document.documentElement.scrollWidth} pixels wide: ${widest?.outerHTML.slice(0, 200)}`,
        );
      }
      const heading = document.querySelector("main h1")?.getBoundingClientRect();
      if (!heading || heading.top > innerHeight / 3) found.push("the heading begins too far down");
      for (const control of document.querySelectorAll<HTMLElement>(
        "button, select, input, summary",
      )) {
        const { width: wide, height } = control.getBoundingClientRect();
        const isSeen = control.checkVisibility() && wide > 1 && height > 1;
        // A box with its label is as large as the label.
        const label = control.closest("label")?.getBoundingClientRect().height ?? 0;
        if (isSeen && Math.max(height, label) < smallest) {
          found.push(`${control.outerHTML.slice(0, 100)} is ${height} pixels high`);
        }
      }
      return found;
    },
    [PHONE.width, SMALLEST_TARGET] as const,
  );

/** Opens every page that the menu leads to on a phone: two taps each, and one more for what is folded. */
export async function readOnPhone(person: Person): Promise<void> {
  const { page } = person;
  const before = page.viewportSize();
  await page.setViewportSize(PHONE);
  try {
    await person.begin();
    const seen: string[] = [];
    await examine(page, seen);
    await person.link(DEMO_FUND.name);
    await person.arrives(DEMO_FUND.name);
    await examine(page, seen);
    const hrefs = await page
      .locator("header nav a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    // The menu has the pages of a fund while one of them is open, so they come first.
    const ofFund = new URL(page.url()).pathname;
    const inOrder = [...hrefs].sort(
      (a, b) => Number(b.startsWith(ofFund)) - Number(a.startsWith(ofFund)),
    );
    for (const href of inOrder.filter((each) => !seen.includes(each) && each !== PALETTE)) {
      await person.click(page.locator("header .menu > summary"));
      const link = page.locator(`header nav a[href="${href}"]`).first();
      const fold = link.locator("xpath=ancestor::details[not(@open)]/summary");
      if ((await fold.count()) > 0) await person.click(fold);
      await person.click(link);
      await page.waitForURL((url) => url.pathname === href);
      await hydrated(page);
      await page.locator("main h1").waitFor();
      // Cards that arrive after their page are read with it.
      await page.waitForLoadState("networkidle");
      await examine(page, seen);
    }
    expect(seen.length).toBeGreaterThan(15);
  } finally {
    if (before) await page.setViewportSize(before);
  }
}

async function examine(page: Page, seen: string[]): Promise<void> {
  const path = new URL(page.url()).pathname;
  seen.push(path);
  const faults = [...(await misfits(page)), ...(await accessibilityFaults(page))];
  expect({ path, faults }).toEqual({ path, faults: [] });
}
