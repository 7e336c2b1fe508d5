import { randomFrom } from "@allfunds/platform/testing/seed";
import { prove, type Outcome, type OwnDrill } from "./drill.ts";
import { findViolations, setUp, verifyBook } from "./ground.ts";
import { OlderLedger } from "./older-ledger.ts";

/** Beyond the standard ports, so that it moves with them. */
const OLDER_PORT = 4_901;
const NEWER_PORT = 4_001;
/** Postings with both versions, and as many with the newer one alone. */
const POSTINGS = 200;
const LEAST_EACH = 20;

export const TWO_VERSIONS_DRILL: OwnDrill = {
  name: "two-versions",
  injects: "the ledger of the commit before the newest migration beside this one, on one database",
  proof: "the older one lacks a migration of the database, and each has accepted commands",
  run: ({ seed }) => runTwoVersionsDrill(seed),
};

/** Posts through the ledgers of two versions at once, ends the older one as an update does, and compares. */
async function runTwoVersionsDrill(seed: number): Promise<Outcome> {
  // oxlint-disable-next-line node/no-process-env -- a drill has no configuration of its own
  const older = await OlderLedger.build(process.env["OLDER_COMMIT"] || undefined);
  try {
    const addresses = (offset: number): string =>
      [NEWER_PORT, OLDER_PORT].map((port) => `http://127.0.0.1:${port + offset}`).join(",");
    const settings = (offset: number) => ({ LEDGER_URL: addresses(offset) });
    const stage = await setUp(TWO_VERSIONS_DRILL, randomFrom(seed), settings);
    const { system, book, clients } = stage;
    try {
      const lacking = await older.lacks(system);
      prove(lacking.length > 0, "the older ledger has every migration");
      const olderPort = OLDER_PORT + system.offset;
      await older.start(system, olderPort);
      const before = await acceptedBy(system.url(NEWER_PORT, "/metrics"));
      await clients.haveMore(POSTINGS);
      const [newer, old] = await Promise.all([
        acceptedBy(system.url(NEWER_PORT, "/metrics")),
        acceptedBy(`http://127.0.0.1:${olderPort}/metrics`),
      ]);
      prove(
        newer - before >= LEAST_EACH && old >= LEAST_EACH,
        `${newer - before} and ${old} commands`,
      );
      const code = await older.stop();
      prove(code === 0, `the older ledger ended with ${code}`);
      await clients.haveMore(POSTINGS);
      await clients.stop();
      const evidence = `${older.commit.slice(0, 12)} lacks ${lacking.join(", ")}; accepted by it ${old}, by this version meanwhile ${newer - before}`;
      return {
        name: TWO_VERSIONS_DRILL.name,
        seed,
        evidence: [evidence],
        acknowledged: clients.acknowledged.size,
        refused: Object.fromEntries(clients.refused),
        unanswered: clients.unanswered,
        longestGapMs: Math.round(clients.longestGapMs),
        longestAnswerMs: Math.round(clients.longestAnswerMs),
        violations: await findViolations(system, book, clients, await verifyBook(system, book)),
      };
    } finally {
      await clients.abandon();
      await older.stop();
      await stage.end();
    }
  } finally {
    await older.remove();
  }
}

/** How many commands an instance has accepted since its start. */
async function acceptedBy(metrics: string): Promise<number> {
  const text = await (await fetch(metrics)).text();
  const line = /^ledger_commands_total\{[^}]*outcome="ACCEPTED"[^}]*\} (\d+)$/m.exec(text);
  return Number(line?.[1] ?? 0);
}
