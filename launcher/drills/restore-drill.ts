import { cp, mkdtemp, readdir, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomFrom } from "@allfunds/platform/testing/seed";
import { setTimeout as sleep } from "node:timers/promises";
import { readStored } from "../e2e/clients.ts";
import { RunningSystem } from "../e2e/running-system.ts";
import { prove, type Outcome, type OwnDrill } from "./drill.ts";
import { findViolations, runCommand, setUp, verifyBook } from "./ground.ts";

const POSTINGS = 30;

export const RESTORE_DRILL: OwnDrill = {
  name: "restore",
  injects:
    "a backup under load, loss of the whole data directory, restore into an empty one, start",
  proof: "a truncated backup was refused, and postings after the backup are gone",
  run: ({ seed }) => runRestoreDrill(seed),
};

/** Backs up under load, restores elsewhere, and compares with what was acknowledged before and after. */
async function runRestoreDrill(seed: number): Promise<Outcome> {
  const chance = randomFrom(seed);
  const stage = await setUp(RESTORE_DRILL, chance);
  const { system, book, clients } = stage;
  const scratch = await mkdtemp(join(tmpdir(), "allfunds-restore-"));
  const backup = join(scratch, "backup");
  const emptyDir = join(scratch, "data");
  const place = { dataDir: emptyDir, offset: system.offset };
  let restored: RunningSystem | undefined;
  try {
    await clients.haveMore(POSTINGS);
    await sleep(chance(3_000));
    const before = new Map(clients.acknowledged);
    await runCommand(system, ["backup", "--to", backup, "--with-secrets"]);
    const during = clients.acknowledged.size - before.size;
    await clients.haveMore(POSTINGS);
    await clients.stop();
    await system.stop();

    await isRefusedWhenTruncated(place, backup, chance);
    await runCommand(place, ["restore", "--from", backup]);
    restored = await RunningSystem.start({}, place);
    const { transactions } = await readStored(restored, book);
    const stored = new Set(transactions.map(({ id }) => id));
    const all = [...clients.acknowledged];
    const expected = new Map(all.filter(([, id]) => stored.has(id)));
    prove(expected.size < all.length, "the backup has every posting that came after it");
    const answers = { acknowledged: expected, uncoded: clients.uncoded };
    const verified = await verifyBook(restored, book);
    const violations = await findViolations(restored, book, answers, verified);
    if (![...before.values()].every((id) => stored.has(id))) {
      violations.push("a posting acknowledged before the backup is lost");
    }
    const evidence = `${before.size} postings acknowledged before the backup, ${during} while it was taken, ${all.length} in all; ${stored.size} restored; a truncated backup was refused`;
    return {
      name: RESTORE_DRILL.name,
      seed,
      evidence: [evidence],
      acknowledged: all.length,
      refused: Object.fromEntries(clients.refused),
      unanswered: clients.unanswered,
      longestGapMs: Math.round(clients.longestGapMs),
      longestAnswerMs: Math.round(clients.longestAnswerMs),
      violations,
    };
  } finally {
    await clients.abandon();
    await restored?.stop();
    await stage.end();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Cuts a byte off one file, expects a refusal, and a target that is as empty as before. */
async function isRefusedWhenTruncated(
  place: { readonly dataDir: string; readonly offset: number },
  backup: string,
  chance: (below: number) => number,
): Promise<void> {
  const files = (await readdir(backup)).filter((name) => name.endsWith(".copy")).sort();
  const damaged = `${backup}-damaged`;
  await rm(damaged, { recursive: true, force: true });
  await cp(backup, damaged, { recursive: true });
  const file = join(damaged, files[chance(files.length)] ?? "");
  await truncate(file, (await stat(file)).size - 1);
  const refusal = await runCommand(place, ["restore", "--from", damaged]).then(
    () => "",
    (error: unknown) => (error as { stderr?: string }).stderr ?? "",
  );
  prove(
    refusal.includes("so nothing is restored"),
    `a truncated backup was not refused: ${refusal}`,
  );
}
