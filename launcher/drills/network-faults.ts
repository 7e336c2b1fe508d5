import { setTimeout as sleep } from "node:timers/promises";
import { LINKED, prove, type FaultDrill, type DrillGround, type Linked } from "./drill.ts";
import type { LinkMode } from "./link.ts";

/** The shortest and the longest disturbance. */
const LASTS_MS = { least: 3_000, most: 9_000 };
/** How much longer it may last where little passes the link, until it has met something. */
const MEETS_WITHIN_MS = 30_000;

async function disturb(
  { chance, links }: DrillGround,
  callee: Linked,
  mode: LinkMode,
  what: string,
): Promise<string> {
  const link = links[callee];
  if (link === undefined) throw new Error(`there is no link to ${callee}`);
  const least = LASTS_MS.least + chance(LASTS_MS.most - LASTS_MS.least);
  const { connections } = link;
  const began = performance.now();
  link.mode = mode;
  await sleep(least);
  while (link.affected === 0 && performance.now() - began < least + MEETS_WITHIN_MS)
    await sleep(100);
  const ms = performance.now() - began;
  const { affected } = link;
  link.mode = { kind: "open" };
  prove(affected > 0, `nothing passed the link to ${callee}, which had ${connections} connections`);
  return `${what} to ${callee} for ${(ms / 1_000).toFixed(1)} s: ${affected} pieces or connections`;
}

interface NetworkFault {
  readonly kind: string;
  readonly injects: string;
  readonly mode: (chance: DrillGround["chance"]) => LinkMode;
}

const FAULTS: readonly NetworkFault[] = [
  {
    kind: "slow",
    injects: "every piece of what callers and callee send is held for 100 to 800 ms",
    mode: (chance) => ({ kind: "slow", ms: 100 + chance(700) }),
  },
  {
    kind: "cut",
    injects: "all connections end, and none is accepted",
    mode: () => ({ kind: "cut" }),
  },
  {
    kind: "silent",
    injects: "nothing passes, and no connection ends",
    mode: () => ({ kind: "silent" }),
  },
  {
    kind: "garbled",
    injects: "one piece in 2 to 6 is replaced by random bytes",
    mode: (chance) => ({ kind: "garbled", oneIn: 2 + chance(5) }),
  },
];

/** Drills on the network: one for each fault, before a callee that chance names. */
export const NETWORK_DRILLS: readonly FaultDrill[] = FAULTS.map(({ kind, injects, mode }) => ({
  name: `network-${kind}`,
  injects: `for 3 to 9 s between callers and one of ${LINKED.join(", ")}: ${injects}`,
  proof: "the proxy between them has counted what it affected",
  linked: true as const,
  withRedis: true as const,
  inject: (ground) => {
    const callee = LINKED[ground.chance(LINKED.length)] ?? "ledger";
    return disturb(ground, callee, mode(ground.chance), kind);
  },
}));
