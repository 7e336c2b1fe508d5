import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { browserPath } from "@allfunds/platform/testing";
import { launchBrowser } from "../e2e/browser.ts";
import { Demo } from "./demo.ts";
import { measurePage, type PageFigures, type Profile } from "./page-figures.ts";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    url: { type: "string", default: "http://localhost:3000" },
    /** The file of the running demo, which the npm script names. */
    demo: { type: "string", default: ".data/demo.json" },
  },
});
if (browserPath === undefined) throw new Error("bench:web needs Chromium; CHROMIUM_PATH names it.");

const { url } = flags;
const demo = new Demo(JSON.parse(readFileSync(flags.demo, "utf8")), url);
const browser = await launchBrowser(browserPath);

/** Settings of Lighthouse 13: a mid-range phone on a slow 4G line, and a wired desktop. */
const PROFILES: readonly Profile[] = [
  { name: "mobile", cpuSlowdown: 4, latencyMs: 150, kilobitsPerSecond: 1_638, width: 412 },
  { name: "desktop", cpuSlowdown: 1, latencyMs: 40, kilobitsPerSecond: 10_240, width: 1_350 },
];

interface Row {
  readonly figure: string;
  readonly limit: number;
  readonly unit: "kB" | "ms" | "";
  readonly read: (figures: PageFigures) => number;
  readonly page: "/" | "fund";
  readonly profile: Profile["name"];
}

const sizes = { profile: "desktop", unit: "kB" } as const;
const ROWS: readonly Row[] = [
  {
    figure: "JavaScript of the first route",
    limit: 70,
    page: "/",
    ...sizes,
    read: (f) => f.scriptKb,
  },
  { figure: "fund page: HTML and data", limit: 35, page: "fund", ...sizes, read: (f) => f.dataKb },
  ...PROFILES.flatMap(({ name }): Row[] => {
    const ms = { page: "fund", profile: name, unit: "ms" } as const;
    const paint = name === "mobile" ? 1_400 : 600;
    return [
      { figure: `LCP, ${name}`, limit: paint, ...ms, read: (f) => f.largestPaintMs },
      { figure: `TTI, ${name}`, limit: paint, ...ms, read: (f) => f.interactiveMs },
      { figure: `TBT, ${name}`, limit: 100, ...ms, read: (f) => f.blockedMs },
      { figure: `CLS, ${name}`, limit: 0.02, ...ms, unit: "", read: (f) => f.layoutShift },
      { figure: `INP, ${name}`, limit: 100, ...ms, read: (f) => f.interactionMs },
    ];
  }),
  {
    figure: "fetches for an event",
    limit: 0,
    page: "fund",
    profile: "desktop",
    unit: "",
    read: (f) => f.fetchesPerEvent,
  },
];

try {
  const cookies = await demo.signIn(browser);
  const fund = await demo.fundToMeasure();
  const measured = new Map<string, PageFigures[]>();
  for (let round = 0; round < Number(flags.rounds); round += 1) {
    for (const profile of PROFILES) {
      for (const page of ["/", "fund"] as const) {
        const path = page === "/" ? "/" : `/funds/${fund.id}`;
        const post = page === "fund" ? () => demo.post(fund) : undefined;
        const figures = await measurePage(browser, { url: url + path, cookies, profile, post });
        const key = `${profile.name} ${page}`;
        measured.set(key, [...(measured.get(key) ?? []), figures]);
      }
    }
  }
  process.stdout.write(`${table(measured)}\n`);
} finally {
  await browser.close();
}

function table(measured: ReadonlyMap<string, readonly PageFigures[]>): string {
  const lines = ROWS.map(({ figure, limit, unit, read, page, profile }) => {
    const value = median((measured.get(`${profile} ${page}`) ?? []).map(read));
    const shown = [limit, value].map((number) => `${Number(number.toFixed(3))} ${unit}`.trim());
    return `| ${figure} | ${shown.join(" | ")} | ${value <= limit ? "met" : "missed"} |`;
  });
  return ["| figure | no worse than | median | |", "| --- | --- | --- | --- |", ...lines].join(
    "\n",
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
