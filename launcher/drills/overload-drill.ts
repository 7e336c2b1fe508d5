import { setTimeout as sleep } from "node:timers/promises";
import { randomFrom } from "@allfunds/platform/testing/seed";
import { prove, type DrillSettings, type Outcome, type OwnDrill } from "./drill.ts";
import { drawLoad } from "./draw-load.ts";
import { findViolations, setUp, verifyBook } from "./ground.ts";
import { LoadRecord } from "./load-record.ts";
import { isRefusal, isSuccess, sendOpenLoop, timeOf, type Answered } from "./open-loop.ts";
import { makeTenants, type DrillTenant } from "./tenants.ts";

/** The first of them is the one that comes with many times its usual rate. */
const TENANTS = ["many", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
const TIMES = 10;
/** Of a quiet machine; a busy one may take twice what it takes without load. */
const PROMISED_MS = 100;
const LONGEST_REFUSAL_MS = 100;
/** Of the other tenants' requests, at most so many may be refused, once it is certain that the crowd is no burst. */
const MOST_OTHERS_REFUSED = 0.02;
const LEARNING_MS = 4_000;

const SECONDS = { unloaded: 15, step: 10, sustained: 30, crowd: 60, settled: 10, after: 20 };
const RATE = { unloaded: 2, first: 20, factor: 1.4, back: 0.85, least: 2 };
const PAUSE_MS = 3_000;

export const OVERLOAD_DRILL: OwnDrill = {
  name: "overload",
  injects:
    "ten times the highest rate of arrivals that is answered in time without a refusal, for 60 s, nearly all of one of ten tenants",
  proof: "ten times as many requests were sent, and some were refused",
  clients: 0,
  run: runOverloadDrill,
};

/** What the machine does before the crowd comes. */
interface Usual {
  readonly perSecond: number;
  /** At the 95th percentile, without load. */
  readonly unloadedMs: number;
  /** Within which an accepted request is to be answered, at the 95th percentile. */
  readonly limitMs: number;
}

/** Finds what the system sustains, sends ten times that, and compares answers and books; draws the run into a file. */
async function runOverloadDrill({ seed, picture }: DrillSettings): Promise<Outcome> {
  const stage = await setUp(OVERLOAD_DRILL, randomFrom(seed));
  const record = new LoadRecord(stage.system);
  try {
    const tenants = await makeTenants(stage.system, TENANTS);
    const load = new Load(tenants, stage.system.url(8000, ""), seed);
    const usual = await findUsual(load);
    record.start();
    const before = await load.send(usual.perSecond, SECONDS.settled);
    const crowd = await load.send(usual.perSecond, SECONDS.crowd, TIMES);
    const after = await load.send(usual.perSecond, SECONDS.after);
    record.stop();
    prove(crowd.length > 5 * usual.perSecond * SECONDS.crowd, `${crowd.length} requests were sent`);
    prove(crowd.some(isRefusal), "no request was refused");
    if (picture !== undefined) await drawLoad(picture, [before, crowd, after], record.series);
    const broken = [...judgeCrowd(crowd, usual), ...judgeAfter(after, usual)];
    for (const tenant of tenants) broken.push(...(await findLost(stage.system, tenant, load.all)));
    return outcomeOf(seed, evidenceOf(usual, crowd, after), load.all, broken);
  } finally {
    record.stop();
    await stage.end();
  }
}

/** Requests of all tenants at a rate. */
class Load {
  readonly all: Answered[] = [];
  readonly #tenants: readonly DrillTenant[];
  readonly #url: string;
  readonly #seed: number;

  constructor(tenants: readonly DrillTenant[], url: string, seed: number) {
    this.#tenants = tenants;
    this.#url = url;
    this.#seed = seed;
  }

  /** Every tenant sends an equal part of the rate; the first one all that makes it `times` the rate in all. */
  async send(perSecond: number, seconds: number, times = 1): Promise<Answered[]> {
    const each = perSecond / this.#tenants.length;
    const callers = await Promise.all(
      this.#tenants.map(async ({ name, system, book }, nth) => ({
        name,
        ...book,
        token: await system.token(),
        perSecond: nth === 0 ? each + (times - 1) * perSecond : each,
      })),
    );
    const seed = this.#seed * 1_000 + this.all.length;
    const answers = await sendOpenLoop({ url: this.#url, seconds, seed, callers });
    // One by one: as arguments of one call hundreds of thousands do not fit.
    for (const answer of answers) this.all.push(answer);
    return answers;
  }
}

async function findUsual(load: Load): Promise<Usual> {
  // The first requests open connections, and load what is loaded when it is needed.
  await load.send(RATE.first, SECONDS.step);
  const unloadedMs = timeOf(await load.send(RATE.unloaded, SECONDS.unloaded), 0.95);
  const limitMs = Math.max(PROMISED_MS, 2 * unloadedMs);
  const isHeld = async (perSecond: number, seconds: number): Promise<boolean> => {
    const answers = await load.send(perSecond, seconds);
    await sleep(PAUSE_MS);
    return answers.every(isSuccess) && timeOf(answers, 0.95) <= limitMs;
  };
  let perSecond: number = RATE.first;
  while (await isHeld(perSecond, SECONDS.step)) perSecond *= RATE.factor;
  do {
    perSecond *= RATE.back;
    if (perSecond < RATE.least) throw new Error("the machine is too busy for any load");
  } while (!(await isHeld(perSecond, SECONDS.sustained)));
  return { perSecond, unloadedMs, limitMs };
}

function judgeCrowd(crowd: readonly Answered[], { limitMs }: Usual): string[] {
  const others = crowd.filter(({ caller }) => caller !== TENANTS[0]);
  const later = others.filter(({ atMs }) => atMs > LEARNING_MS);
  const othersRefused = later.filter((one) => !isSuccess(one)).length / later.length;
  const [acceptedMs, refusedMs, othersMs] = [
    timeOf(crowd.filter(isSuccess), 0.95),
    timeOf(crowd.filter(isRefusal), 0.95),
    timeOf(others.filter(isSuccess), 0.95),
  ];
  const rules: [holds: boolean, sentence: string][] = [
    [acceptedMs <= limitMs, `accepted requests took ${ms(acceptedMs)} at p95`],
    [refusedMs <= Math.max(LONGEST_REFUSAL_MS, limitMs), `refusals took ${ms(refusedMs)} at p95`],
    [othersMs <= limitMs, `requests of the other tenants took ${ms(othersMs)} at p95`],
    [
      othersRefused <= MOST_OTHERS_REFUSED,
      `${percent(othersRefused)} of the other tenants' requests were refused`,
    ],
    [
      crowd.every((one) => isSuccess(one) || isRefusal(one)),
      `answers that are neither a success nor a refusal: ${statusesOf(crowd)}`,
    ],
  ];
  return rules.filter(([holds]) => !holds).map(([, sentence]) => sentence);
}

function judgeAfter(after: readonly Answered[], { limitMs }: Usual): string[] {
  const settled = after.filter(({ atMs }) => atMs >= SECONDS.settled * 1_000);
  const tookMs = timeOf(settled, 0.95);
  return [
    ...(settled.every(isSuccess) ? [] : [`ten seconds later requests got ${statusesOf(settled)}`]),
    ...(tookMs <= limitMs ? [] : [`ten seconds later requests took ${ms(tookMs)} at p95`]),
  ];
}

/** Compares a tenant's answers with its book, and the book with its replay. */
async function findLost(
  place: { readonly dataDir: string; readonly offset: number },
  { name, tenantId, system, book }: DrillTenant,
  all: readonly Answered[],
): Promise<string[]> {
  const own = all.filter(({ caller, isWrite }) => caller === name && isWrite);
  const acknowledged = new Map(
    own.flatMap((one, nth) => (one.id === undefined ? [] : [[String(nth), one.id] as const])),
  );
  const uncertain = own.filter(
    ({ status, code }) => status !== 201 && code !== "OVERLOADED",
  ).length;
  const answers = { acknowledged, uncoded: [], uncertain };
  const verified = await verifyBook(place, book, ["--tenant", tenantId]);
  const violations = await findViolations(system, book, answers, verified);
  return violations.map((violation) => `tenant ${name}: ${violation}`);
}

function evidenceOf(
  { perSecond, unloadedMs }: Usual,
  crowd: readonly Answered[],
  after: readonly Answered[],
): string {
  const [accepted, refused] = [crowd.filter(isSuccess), crowd.filter(isRefusal)];
  const others = crowd.filter(({ caller }) => caller !== TENANTS[0]);
  const lateMs = crowd.map((one) => one.lateMs).sort((a, b) => a - b);
  return (
    `${perSecond.toFixed(0)} requests a second were sustained (p95 without load ${ms(unloadedMs)}); then ` +
    `${(crowd.length / SECONDS.crowd).toFixed(0)} a second came: ${accepted.length} answered, p95 ${ms(timeOf(accepted, 0.95))}; ` +
    `${refused.length} refused, p95 ${ms(timeOf(refused, 0.95))}, p99 ${ms(timeOf(refused, 0.99))}; ` +
    `of the other tenants ${percent(others.filter((one) => !isSuccess(one)).length / others.length)} refused, ` +
    `p95 ${ms(timeOf(others.filter(isSuccess), 0.95))}; afterwards p95 ${ms(timeOf(after, 0.95))}; ` +
    `the generator was late by ${ms(lateMs[Math.floor(lateMs.length * 0.95)] ?? 0)} at p95`
  );
}

function outcomeOf(
  seed: number,
  evidence: string,
  all: readonly Answered[],
  violations: readonly string[],
): Outcome {
  const refused: Record<string, number> = {};
  for (const { code } of all) if (code !== undefined) refused[code] = (refused[code] ?? 0) + 1;
  return {
    name: OVERLOAD_DRILL.name,
    seed,
    evidence: [evidence],
    acknowledged: all.filter(({ id }) => id !== undefined).length,
    refused,
    unanswered: all.filter(({ status }) => status === 0).length,
    longestAnswerMs: timeOf(all, 1),
    violations,
  };
}

const ms = (value: number): string => `${value.toFixed(0)} ms`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function statusesOf(answers: readonly Answered[]): string {
  const counts = new Map<string, number>();
  for (const one of answers.filter((each) => !isSuccess(each))) {
    const name = one.code ?? `status ${one.status}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name} ${count}`).join(", ") || "none";
}
