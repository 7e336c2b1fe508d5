import type { Bench } from "./bench.ts";
import { measurePage, type PageFigures, type Profile } from "./page-figures.ts";
import { median, type Figure } from "./report.ts";

/** Settings of Lighthouse 13: a mid-range phone on a slow 4G line, and a wired desktop. */
const PROFILES: readonly Profile[] = [
  { name: "mobile", cpuSlowdown: 4, latencyMs: 150, kilobitsPerSecond: 1_638, width: 412 },
  { name: "desktop", cpuSlowdown: 1, latencyMs: 40, kilobitsPerSecond: 10_240, width: 1_350 },
];

interface Row extends Omit<Figure, "seen"> {
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

/** The overview and a fund, each visited with an empty cache on a phone and on a desktop. */
export async function measureVisits(bench: Bench): Promise<Figure[]> {
  const { browser, url, demo, cookies, fund, rounds } = bench;
  const measured = new Map<string, PageFigures[]>();
  for (let round = 0; round < rounds; round += 1) {
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
  return ROWS.map(({ read, page, profile, ...row }) => ({
    ...row,
    seen: median((measured.get(`${profile} ${page}`) ?? []).map(read)),
  }));
}
