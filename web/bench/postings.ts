import type { Page } from "playwright-core";
import { live } from "../e2e/browser.ts";
import { onPage, type Bench } from "./bench.ts";
import { median, percentile, type Figure } from "./report.ts";

const PER_SECOND = 100;
const SECONDS = 10;

/** Frames of an open page while a hundred transactions are posted each second. */
export async function measurePostings(bench: Bench): Promise<Figure[]> {
  const pages = { overview: "/", fund: `/funds/${bench.fund.id}` };
  const figures: Figure[] = [];
  for (const [name, path] of Object.entries(pages)) {
    const rounds: { frameMs: number; fetches: number }[] = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      rounds.push(await onPage(bench, path, (page) => framesWhilePosting(page, bench)));
    }
    const read = (of: (round: (typeof rounds)[number]) => number) => median(rounds.map(of));
    const frameMs = read((round) => round.frameMs);
    const fetches = read((round) => round.fetches);
    const rate = `${PER_SECOND} postings/s, ${name}`;
    figures.push({ figure: `frame p95, ${rate}`, limit: 50, unit: "ms", seen: frameMs });
    figures.push({ figure: `fetches for an event, ${rate}`, limit: 0, unit: "", seen: fetches });
  }
  return figures;
}

async function framesWhilePosting(page: Page, { demo, fund }: Bench) {
  await live(page);
  let fetches = 0;
  page.on("request", (request) => {
    if (["fetch", "xhr", "document"].includes(request.resourceType())) fetches += 1;
  });
  await page.evaluate(collectFrames);
  const posts: Promise<void>[] = [];
  const startedAt = performance.now();
  while (performance.now() - startedAt < SECONDS * 1_000) {
    const due = ((performance.now() - startedAt) / 1_000) * PER_SECOND;
    while (posts.length < due) posts.push(demo.post(fund));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await Promise.all(posts);
  const frames = await page.evaluate(() => Reflect.get(globalThis, "benchFrames") as number[]);
  return { frameMs: percentile(frames, 0.95), fetches: fetches / posts.length };
}

// Runs in the page.
function collectFrames(): void {
  const frames: number[] = [];
  Object.assign(globalThis, { benchFrames: frames });
  let last = performance.now();
  const follow = (now: number): void => {
    frames.push(now - last);
    last = now;
    requestAnimationFrame(follow);
  };
  requestAnimationFrame(follow);
}
