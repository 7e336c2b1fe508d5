import type { Page } from "playwright-core";
import { hydrated } from "../e2e/browser.ts";
import { onPage, type Bench } from "./bench.ts";
import { percentile, type Figure } from "./report.ts";

const STEPS = 100;
const JUMPS = 30;
const FILTERS = 15;
const WHEEL_PX = 240;

/** Scrolls, jumps, filters and searches in a fund of a million transactions; p95 until it is painted. */
export async function measureLongList(bench: Bench): Promise<Figure[]> {
  const fund = await bench.demo.longFund(bench.rows);
  const of = `${bench.rows.toLocaleString("en")} rows`;
  const path = `/funds/${fund.id}/transactions`;
  return onPage(bench, path, async (page) => {
    await page.locator('[id^="grid-row-"] a').first().waitFor();
    const scrolled = await scroll(page);
    const jumped = await jump(page);
    const filtered = await filter(
      page,
      path,
      bench,
      (at) => `amountFrom=${1 + (at % 90)}.${10 + at}`,
    );
    const searched = await filter(page, path, bench, (at) => `q=row+${1_000 * (at + 1)}`);
    return [
      { figure: `scroll, ${of}`, limit: 50, times: scrolled },
      { figure: `bar dragged to any place, ${of}`, limit: 300, times: jumped },
      { figure: `filter, ${of}`, limit: 150, times: filtered },
      { figure: `search, ${of}`, limit: 150, times: searched },
    ].map(({ figure, limit, times }) => ({
      figure: `${figure}, p95 to painted`,
      limit,
      unit: "ms" as const,
      seen: percentile(times, 0.95),
    }));
  });
}

/** Turns the wheel in a list whose rows are there, until the frame after each turn. */
const scroll = (page: Page): Promise<number[]> =>
  page.evaluate(
    async ([steps, pixels]) => {
      const view = document.querySelector<HTMLElement>('[role="grid"]');
      if (!view) throw new Error("There is no list.");
      const frame = Reflect.get(globalThis, "benchFrame") as () => Promise<number>;
      const times: number[] = [];
      for (let step = 0; step < steps; step += 1) {
        const startedAt = performance.now();
        view.scrollTop += pixels;
        // The first frame draws the rows, and the second begins when they are painted.
        await frame();
        await frame();
        times.push(performance.now() - startedAt);
      }
      return times;
    },
    [STEPS, WHEEL_PX] as const,
  );

/** Drags the bar to places all over the list, until the rows there are drawn. */
const jump = (page: Page): Promise<number[]> =>
  page.evaluate(async (jumps) => {
    const view = document.querySelector<HTMLElement>('[role="grid"]');
    if (!view) throw new Error("There is no list.");
    const frame = Reflect.get(globalThis, "benchFrame") as () => Promise<number>;
    const until = Reflect.get(globalThis, "benchUntil") as (is: () => boolean) => Promise<void>;
    const times: number[] = [];
    for (let at = 0; at < jumps; at += 1) {
      const startedAt = performance.now();
      // A golden ratio's steps reach all parts of the list.
      view.scrollTop = ((at * 0.618_034) % 1) * (view.scrollHeight - view.clientHeight);
      await frame();
      const isDrawn = () => {
        const box = view.getBoundingClientRect();
        const inView = [...view.querySelectorAll('[id^="grid-row-"]')].filter((row) => {
          const { top, bottom } = row.getBoundingClientRect();
          return bottom > box.top && top < box.bottom;
        });
        return inView.length > 0 && inView.every((row) => row.querySelector("a"));
      };
      await until(isDrawn);
      await frame();
      times.push(performance.now() - startedAt);
    }
    return times;
  }, JUMPS);

/** Goes to a filtered list within the app, until its rows or its emptiness are painted. */
async function filter(
  page: Page,
  path: string,
  { url }: Bench,
  searchOf: (at: number) => string,
): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < FILTERS; at += 1) {
    await page.goto(url + path);
    await hydrated(page);
    await page.locator('[id^="grid-row-"] a').first().waitFor();
    times.push(await page.evaluate(openFiltered, `${path}?${searchOf(at)}`));
  }
  return times;
}

// Runs in the page: follows a link as the app does, so that only what differs is read.
async function openFiltered(address: string): Promise<number> {
  const frame = Reflect.get(globalThis, "benchFrame") as () => Promise<number>;
  const until = Reflect.get(globalThis, "benchUntil") as (is: () => boolean) => Promise<void>;
  const link = document.createElement("a");
  link.href = address;
  document.querySelector("main")?.append(link);
  const startedAt = performance.now();
  link.click();
  const isThere = () =>
    location.search === new URL(address, location.href).search &&
    document.querySelector('table tbody tr a, [id^="grid-row-"] a, .empty, [data-empty]') !== null;
  await until(isThere);
  await frame();
  return performance.now() - startedAt;
}
