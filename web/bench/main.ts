import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { browserPath } from "@allfunds/platform/testing";
import { launchBrowser } from "../e2e/browser.ts";
import type { Bench } from "./bench.ts";
import { Demo } from "./demo.ts";
import { measureInteractions } from "./interactions.ts";
import { measureLighthouse } from "./lighthouse.ts";
import { measureLongList } from "./long-list.ts";
import { measurePostings } from "./postings.ts";
import { table, type Figure } from "./report.ts";
import { measureVisits } from "./visits.ts";

const SECTIONS: Readonly<Record<string, (bench: Bench) => Promise<Figure[]>>> = {
  pages: measureVisits,
  interactions: measureInteractions,
  postings: measurePostings,
  lighthouse: measureLighthouse,
  rows: measureLongList,
};

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    /** Names of sections, between commas. */
    only: { type: "string", default: Object.keys(SECTIONS).join(",") },
    rows: { type: "string", default: "1000000" },
    url: { type: "string", default: "http://localhost:3000" },
    /** The file of the running demo, which the npm script names. */
    demo: { type: "string", default: ".data/demo.json" },
  },
});
if (browserPath === undefined) throw new Error("bench:web needs Chromium; CHROMIUM_PATH names it.");
const wanted = flags.only.split(",").map((name) => {
  const measure = SECTIONS[name];
  if (!measure) throw new Error(`No section "${name}": ${Object.keys(SECTIONS).join(", ")}.`);
  return [name, measure] as const;
});

const { url } = flags;
const demo = new Demo(JSON.parse(readFileSync(flags.demo, "utf8")), url);
const browser = await launchBrowser(browserPath);
try {
  const bench: Bench = {
    browser,
    url,
    demo,
    cookies: await demo.signIn(browser),
    fund: await demo.fundToMeasure(),
    rounds: Number(flags.rounds),
    directory: join(dirname(flags.demo), "bench-web"),
    rows: Number(flags.rows),
  };
  for (const [name, measure] of wanted) {
    process.stdout.write(`\n${name}\n\n${table(await measure(bench))}`);
  }
} finally {
  await browser.close();
}
