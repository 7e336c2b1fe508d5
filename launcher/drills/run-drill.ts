import { setTimeout as sleep } from "node:timers/promises";
import { randomFrom } from "@allfunds/platform/testing/seed";
import type { FaultDrill, Outcome } from "./drill.ts";
import { findViolations, setUp, verifyBook } from "./ground.ts";

/** Postings that must be acknowledged after each fault, without hands. */
const POSTINGS_AFTER = 20;
/** The longest time between two faults. */
const PAUSE_MS = 4_000;
/** A drill injects at least so often. */
const LEAST_ROUNDS = 2;
const MS_PER_MINUTE = 60_000;

/** Injects a fault again and again into a system under load, then compares answers with books, and books with replay. */
export async function runDrill(drill: FaultDrill, seed: number, minutes: number): Promise<Outcome> {
  const chance = randomFrom(seed);
  const stage = await setUp(drill, chance);
  const { system, book, clients } = stage;
  const evidence: string[] = [];
  let failure: string | undefined;
  try {
    await clients.haveMore(POSTINGS_AFTER);
    const end = Date.now() + minutes * MS_PER_MINUTE;
    try {
      while (evidence.length < LEAST_ROUNDS || Date.now() < end) {
        await sleep(chance(PAUSE_MS));
        evidence.push(await drill.inject(stage));
        await clients.haveMore(POSTINGS_AFTER);
      }
      await clients.stop();
    } catch (error) {
      failure = (error as Error).message;
      await clients.abandon();
    }
    const violations =
      failure === undefined
        ? await findViolations(system, book, clients, await verifyBook(system, book))
        : [failure];
    return {
      name: drill.name,
      seed,
      evidence,
      acknowledged: clients.acknowledged.size,
      refused: Object.fromEntries(clients.refused),
      unanswered: clients.unanswered,
      longestGapMs: Math.round(clients.longestGapMs),
      longestAnswerMs: Math.round(clients.longestAnswerMs),
      violations,
    };
  } finally {
    await clients.abandon();
    await stage.end();
  }
}
