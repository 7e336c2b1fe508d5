import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { measureCost } from "./cost-cases.ts";
import { measureGateway } from "./gateway-cases.ts";
import { measureIngest } from "./ingest-cases.ts";
import { measureIndicators } from "./indicator-cases.ts";
import { measureLive } from "./live-cases.ts";
import { measureLoaders } from "./loader-cases.ts";
import { measureScale } from "./scale-cases.ts";
import { measureSimulation } from "./simulation-cases.ts";
import { renderTable, type Table } from "@allfunds/platform/bench";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    // Of the section gateway: a system that `npm start` started.
    data: { type: "string", default: ".data" },
    gateway: { type: "string", default: "http://127.0.0.1:4000" },
  },
});

/** Each section is one file that exports one function; it starts and ends what it needs by itself. */
const SECTIONS: Readonly<Record<string, () => Promise<readonly Table[]>>> = {
  cost: measureCost,
  gateway: () => measureGateway(values),
  indicators: measureIndicators,
  ingest: measureIngest,
  loaders: measureLoaders,
  live: measureLive,
  scale: measureScale,
  simulation: measureSimulation,
};

/** They take many minutes or need a running system, so they run only by their name. */
const ON_REQUEST = new Set(["gateway", "scale"]);

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(" ");

const names =
  values.only?.split(",") ?? Object.keys(SECTIONS).filter((name) => !ON_REQUEST.has(name));
const unknown = names.filter((name) => !Object.hasOwn(SECTIONS, name));
if (unknown.length > 0) {
  print(
    `There is no section "${unknown.join('", "')}". There are: ${Object.keys(SECTIONS).join(", ")}.`,
  );
  process.exitCode = 1;
} else {
  print(`load average before: ${load()}\n`);
  for (const name of names) {
    for (const table of (await SECTIONS[name]?.()) ?? []) print(renderTable(table));
  }
  print(`load average after: ${load()}`);
}
