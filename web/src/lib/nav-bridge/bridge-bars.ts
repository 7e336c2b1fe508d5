import type { NavBridge } from "./nav-bridge.ts";

/** A bar of a waterfall: where it starts and how wide it is, both from 0 to 100. */
export interface BridgeBar {
  readonly start: number;
  readonly width: number;
  readonly tone: "total" | "up" | "down";
}

/** The bars of opening, steps and closing. Numbers only place the bars; amounts are printed from decimals. */
export function barsOf({ opening, steps, closing }: NavBridge): BridgeBar[] {
  const ends: [from: number, to: number, tone: BridgeBar["tone"]][] = [];
  let reached = Number(opening.amount);
  ends.push([0, reached, "total"]);
  for (const { money } of steps) {
    const next = reached + Number(money.amount);
    ends.push([reached, next, next >= reached ? "up" : "down"]);
    reached = next;
  }
  ends.push([0, Number(closing.amount), "total"]);
  const all = ends.flatMap(([from, to]) => [from, to]);
  const low = Math.min(0, ...all);
  const span = Math.max(0, ...all) - low || 1;
  return ends.map(([from, to, tone]) => ({
    start: ((Math.min(from, to) - low) / span) * 100,
    width: (Math.abs(to - from) / span) * 100,
    tone,
  }));
}
