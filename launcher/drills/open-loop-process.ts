// Run as a process of its own, on a core of its own: sends requests at the times of a plan, whatever becomes of
// earlier ones. The plan comes as JSON on the input; what was answered goes as JSON to the output.
import { randomUUID } from "node:crypto";
import { Agent, request, type IncomingMessage, type RequestOptions } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { randomFrom } from "@allfunds/platform/testing/seed";
import type { Answered, OpenLoopCaller, OpenLoopPlan } from "./open-loop.ts";

const LIMIT_MS = 20_000;
/** Connections are opened before, so that their opening is no part of an answer's time. */
const MOST_SOCKETS = 1_000;
/** One posting in three, the others reads of its account. */
const WRITE_EVERY = 3;

const plan = JSON.parse(await text(process.stdin)) as OpenLoopPlan;
const agent = new Agent({ keepAlive: true, maxSockets: MOST_SOCKETS });
const base = new URL(plan.url);

/** Independent arrivals of each caller. */
function arrivalsOf({ perSecond }: OpenLoopCaller, seed: number): number[] {
  const chance = randomFrom(seed);
  const times: number[] = [];
  const million = 1_000_000;
  for (let atMs = 0; ;) {
    atMs -= (Math.log((chance(million) + 1) / million) * 1_000) / perSecond;
    if (!(atMs < plan.seconds * 1_000)) return times;
    times.push(atMs);
  }
}

interface Due {
  readonly caller: OpenLoopCaller;
  readonly atMs: number;
}

function dueOf({ callers, seed }: OpenLoopPlan): Due[] {
  return callers
    .flatMap((caller, nth) => arrivalsOf(caller, seed + nth).map((atMs): Due => ({ caller, atMs })))
    .sort((a, b) => a.atMs - b.atMs);
}

async function sendInTime(due: readonly Due[]): Promise<Promise<Answered>[]> {
  const startMs = performance.now();
  const sent: Promise<Answered>[] = [];
  for (const [nth, { caller, atMs }] of due.entries()) {
    const leftMs = startMs + atMs - performance.now();
    if (leftMs > 1) await sleep(leftMs);
    sent.push(send(caller, nth % WRITE_EVERY === 0, startMs, atMs));
  }
  return sent;
}

/** Its time counts from when it was due: a generator that is late makes no answer look fast. */
async function send(
  caller: OpenLoopCaller,
  isWrite: boolean,
  startMs: number,
  atMs: number,
): Promise<Answered> {
  const lateMs = performance.now() - startMs - atMs;
  const body = isWrite ? JSON.stringify(depositOf(caller)) : undefined;
  const options: RequestOptions = {
    agent,
    host: base.hostname,
    port: base.port,
    method: isWrite ? "POST" : "GET",
    path: isWrite ? "/api/v1/transactions" : `/api/v1/ledger?accountId=${caller.cashId}&first=20`,
    headers: {
      authorization: `Bearer ${caller.token}`,
      ...(body === undefined
        ? {}
        : {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
            "idempotency-key": randomUUID(),
          }),
    },
    timeout: LIMIT_MS,
  };
  const response = await responseTo(options, body);
  const [status, answer] = response === undefined ? [0, ""] : await readAnswer(response);
  const tookMs = performance.now() - startMs - atMs;
  const { id, code } = status === 200 ? {} : parsed(answer);
  const more = { ...(id === undefined ? {} : { id }), ...(code === undefined ? {} : { code }) };
  return { caller: caller.name, isWrite, atMs, tookMs, lateMs, status, ...more };
}

/** Undefined when none comes. */
const responseTo = (options: RequestOptions, body?: string): Promise<IncomingMessage | undefined> =>
  new Promise((resolve) => {
    const sending = request(options, resolve);
    sending.on("timeout", () => sending.destroy(new Error("no answer")));
    sending.on("error", () => resolve(undefined));
    sending.end(body);
  });

async function readAnswer(response: IncomingMessage): Promise<[status: number, text: string]> {
  try {
    return [response.statusCode ?? 0, await text(response)];
  } catch {
    return [0, ""];
  }
}

const depositOf = ({ fundId, cashId, capitalId }: OpenLoopCaller): object => ({
  fundId,
  effectiveDate: "2026-11-02",
  description: "Subscription",
  entries: [
    { accountId: cashId, side: "DEBIT", amount: "1.00" },
    { accountId: capitalId, side: "CREDIT", amount: "1.00" },
  ],
});

function parsed(answer: string): { readonly id?: string; readonly code?: string } {
  try {
    return JSON.parse(answer) as { id?: string; code?: string };
  } catch {
    return {};
  }
}

// At the end: what stands behind it as a constant is not there before.
process.stdout.write(JSON.stringify(await Promise.all(await sendInTime(dueOf(plan)))));
agent.destroy();
