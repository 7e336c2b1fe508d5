import type { Browser, CDPSession, Cookie, Page } from "playwright-core";
import { STATE_TIMEOUT_MS } from "../e2e/browser.ts";

/** The machine and the line that a page is measured on. */
export interface Profile {
  readonly name: "mobile" | "desktop";
  /** How many times slower than this machine. */
  readonly cpuSlowdown: number;
  readonly latencyMs: number;
  readonly kilobitsPerSecond: number;
  /** Pixels. */
  readonly width: number;
}

/** What one visit of a page took. Kilobytes are thousands of bytes as sent, with headers. */
export interface PageFigures {
  readonly scriptKb: number;
  readonly dataKb: number;
  readonly largestPaintMs: number;
  readonly interactiveMs: number;
  readonly blockedMs: number;
  readonly layoutShift: number;
  readonly interactionMs: number;
  readonly fetchesPerEvent: number;
}

interface Visit {
  readonly url: string;
  readonly cookies: readonly Cookie[];
  readonly profile: Profile;
  /** Posts a transaction that the page shows. */
  readonly post: (() => Promise<void>) | undefined;
}

const BYTES_PER_KILOBIT = 125;
const QUIET_MS = 5_000;
const POSTINGS = 5;
const SETTLE_MS = 2_000;

/** Visits a page with an empty cache, waits until it is quiet, uses it, and follows postings on it. */
export async function measurePage(browser: Browser, visit: Visit): Promise<PageFigures> {
  const { profile, cookies, url, post } = visit;
  const context = await browser.newContext({ viewport: { width: profile.width, height: 900 } });
  await context.addCookies([...cookies]);
  const page = await context.newPage();
  page.setDefaultTimeout(STATE_TIMEOUT_MS);
  try {
    const devtools = await context.newCDPSession(page);
    const bytes = await countBytes(devtools);
    await slowDown(devtools, profile);
    await page.addInitScript(observe);
    await page.goto(url);
    await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
    await page.waitForTimeout(QUIET_MS);
    const loaded = await page.evaluate(readObserved);
    const { scriptKb, dataKb } = bytes();
    const interactionMs = await interact(page);
    const fetchesPerEvent = post ? await fetchesDuring(page, post) : 0;
    return { scriptKb, dataKb, ...loaded, interactionMs, fetchesPerEvent };
  } finally {
    await context.close();
  }
}

async function slowDown(devtools: CDPSession, profile: Profile): Promise<void> {
  const bytesPerSecond = profile.kilobitsPerSecond * BYTES_PER_KILOBIT;
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: profile.cpuSlowdown });
  await devtools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: profile.latencyMs,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
}

async function countBytes(
  devtools: CDPSession,
): Promise<() => Pick<PageFigures, "scriptKb" | "dataKb">> {
  const types = new Map<string, string>();
  const sent = new Map<string, number>();
  devtools.on("Network.responseReceived", ({ requestId, type }) => types.set(requestId, type));
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const type = types.get(requestId) ?? "";
    sent.set(type, (sent.get(type) ?? 0) + encodedDataLength);
  });
  await devtools.send("Network.enable");
  const kilobytes = (...wanted: string[]) =>
    wanted.reduce((sum, type) => sum + (sent.get(type) ?? 0), 0) / 1_000;
  return () => ({ scriptKb: kilobytes("Script"), dataKb: kilobytes("Document", "Fetch", "XHR") });
}

interface Observed {
  paint: number;
  shift: number;
  interaction: number;
  tasks: { start: number; end: number }[];
}

// Runs in the page.
function observe(): void {
  const seen: Observed = { paint: 0, shift: 0, interaction: 0, tasks: [] };
  Object.assign(globalThis, { benchObserved: seen });
  const readers: Readonly<Record<string, (entry: PerformanceEntry) => void>> = {
    "largest-contentful-paint": ({ startTime }) => (seen.paint = startTime),
    "layout-shift": (entry) => {
      const { value, hadRecentInput } = entry as PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      };
      if (!hadRecentInput) seen.shift += value;
    },
    longtask: ({ startTime, duration }) => {
      seen.tasks.push({ start: startTime, end: startTime + duration });
    },
    event: (entry) => {
      const { interactionId = 0 } = entry as PerformanceEntry & { interactionId?: number };
      if (interactionId > 0) seen.interaction = Math.max(seen.interaction, entry.duration);
    },
  };
  for (const [type, read] of Object.entries(readers)) {
    const options = { type, buffered: true, durationThreshold: 16 };
    new PerformanceObserver((list) => list.getEntries().forEach(read)).observe(options);
  }
}

// Runs in the page. A task blocks for what it takes beyond 50 ms.
function readObserved() {
  const seen = Reflect.get(globalThis, "benchObserved") as Observed;
  const [first] = performance.getEntriesByName("first-contentful-paint");
  const painted = first?.startTime ?? 0;
  const later = seen.tasks.filter(({ end }) => end > painted);
  return {
    largestPaintMs: seen.paint,
    interactiveMs: Math.max(painted, ...later.map(({ end }) => end)),
    blockedMs: later.reduce((sum, { start, end }) => sum + Math.max(0, end - start - 50), 0),
    layoutShift: seen.shift,
  };
}

/** The longest interaction with the palette, a fold and a key; milliseconds to the next paint. */
async function interact(page: Page): Promise<number> {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search", exact: true }).waitFor();
  await page.keyboard.type("rep", { delay: 120 });
  await page.keyboard.press("Escape");
  const fold = page.locator("[data-transaction] summary").first();
  if ((await fold.count()) > 0) await fold.click();
  await page.keyboard.press("?");
  await page.keyboard.press("Escape");
  await page.waitForTimeout(SETTLE_MS);
  return page.evaluate(() => (Reflect.get(globalThis, "benchObserved") as Observed).interaction);
}

async function fetchesDuring(page: Page, post: () => Promise<void>): Promise<number> {
  let fetches = 0;
  page.on("request", (request) => {
    if (["fetch", "xhr", "document"].includes(request.resourceType())) fetches += 1;
  });
  for (let number = 0; number < POSTINGS; number += 1) await post();
  await page.waitForTimeout(SETTLE_MS);
  return fetches / POSTINGS;
}
