import { parseArgs } from "node:util";
import { ALERTS_DRILL } from "./alerts-drill.ts";
import { CONTAINERS_DRILL } from "./containers-drill.ts";
import type { FaultDrill, Outcome, OwnDrill } from "./drill.ts";
import { FROZEN_DATABASE_DRILL } from "./frozen-database-drill.ts";
import { MESH_DRILLS } from "./mesh-faults.ts";
import { MOVED_TENANT_DRILL } from "./moved-tenant-drill.ts";
import { NETWORK_DRILLS } from "./network-faults.ts";
import { OTHER_DRILLS } from "./other-faults.ts";
import { OVERLOAD_DRILL } from "./overload-drill.ts";
import { PROCESS_DRILLS } from "./process-faults.ts";
import { RESTORE_DRILL } from "./restore-drill.ts";
import { runDrill } from "./run-drill.ts";
import { SWARM_DRILL } from "./swarm-drill.ts";
import { TWO_VERSIONS_DRILL } from "./two-versions-drill.ts";

type AnyDrill = FaultDrill | OwnDrill;

const DRILLS: readonly AnyDrill[] = [
  ...PROCESS_DRILLS,
  ...NETWORK_DRILLS,
  ...OTHER_DRILLS,
  ...MESH_DRILLS,
  FROZEN_DATABASE_DRILL,
  MOVED_TENANT_DRILL,
  OVERLOAD_DRILL,
  RESTORE_DRILL,
];
/** Drills that need more than this repository, so that `all` leaves them out. */
const NAMED_DRILLS: readonly AnyDrill[] = [
  CONTAINERS_DRILL,
  SWARM_DRILL,
  TWO_VERSIONS_DRILL,
  ALERTS_DRILL,
];
const EVERY_DRILL = [...DRILLS, ...NAMED_DRILLS];

const HELP = `Usage: npm run drill -- NAME... [--seed N] [--minutes M] [--picture FILE]

Each starts a system of its own, puts it under load, injects the fault at least twice, proves that it took place, and
compares what clients were answered with the books, and the books with their replay. The seed decides when and whom; overload draws its run into the file, as SVG.

${DRILLS.map(({ name, injects }) => `  ${name.padEnd(20)} ${injects}`).join("\n")}
  all                  every one of them

Only by their names, because they need a Docker engine with Compose, the history of this repository, or Prometheus:

${NAMED_DRILLS.map(({ name, injects }) => `  ${name.padEnd(20)} ${injects}`).join("\n")}
`;

const { values, positionals } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "0" },
    picture: { type: "string" },
    help: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const [seed, minutes] = [Number(values.seed), Number(values.minutes)];
const names = positionals.includes("all") ? DRILLS.map(({ name }) => name) : positionals;
const unknown = names.filter((name) => !EVERY_DRILL.some((drill) => drill.name === name));

if (
  values.help ||
  names.length === 0 ||
  unknown.length > 0 ||
  !/^\d{1,9}$/.test(values.seed) ||
  !(minutes >= 0)
) {
  console.log(unknown.length > 0 ? `There is no drill ${unknown.join(", ")}.\n\n${HELP}` : HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  for (const drill of EVERY_DRILL.filter(({ name }) => names.includes(name))) {
    await runAndReport(drill);
  }
}

async function runAndReport(drill: AnyDrill): Promise<void> {
  const startedAt = Date.now();
  try {
    const { picture } = values;
    const outcome = await ("run" in drill
      ? drill.run({ seed, picture })
      : runDrill(drill, seed, minutes));
    report(outcome, Date.now() - startedAt);
    if (outcome.violations.length > 0) process.exitCode = 1;
  } catch (error) {
    console.log(`FAILED  ${drill.name}, seed ${seed}: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

function report(outcome: Outcome, tookMs: number): void {
  const { name, evidence, acknowledged, refused, unanswered, violations } = outcome;
  const { longestGapMs, longestAnswerMs } = outcome;
  console.log(
    `${violations.length === 0 ? "passed" : "FAILED"}  ${name}, seed ${seed}, ${Math.round(tookMs / 1_000)} s`,
  );
  for (const line of evidence) console.log(`  injected: ${line}`);
  const codes = Object.entries(refused).map(([code, count]) => `${code} ${count}`);
  console.log(
    `  ${acknowledged} acknowledged and stored once; refused: ${codes.join(", ") || "none"}; without an answer: ${unanswered}; ` +
      (longestGapMs === undefined
        ? ""
        : `longest time without a success ${(longestGapMs / 1_000).toFixed(1)} s, `) +
      `longest answer ${(longestAnswerMs / 1_000).toFixed(1)} s`,
  );
  for (const violation of violations) console.log(`  does not hold: ${violation}`);
}
