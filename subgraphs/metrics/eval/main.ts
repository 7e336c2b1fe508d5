import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { renderTable, type Table } from "@allfunds/platform/bench";
import { evaluateFigures } from "./figures.ts";
import { evaluateCompetitions, evaluateForecasts } from "./forecasts.ts";

/** Each section is one file that exports one function: accuracy beside peers in the same run. */
const SECTIONS: Readonly<Record<string, (data?: string) => Promise<readonly Table[]>>> = {
  figures: evaluateFigures,
  forecasts: evaluateForecasts,
  competitions: evaluateCompetitions,
};

const { values } = parseArgs({
  options: { only: { type: "string" }, data: { type: "string" } },
});
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

const names = values.only === undefined ? Object.keys(SECTIONS) : values.only.split(",");
const unknown = names.filter((name) => !Object.hasOwn(SECTIONS, name));
if (unknown.length > 0) {
  const known = Object.keys(SECTIONS).join(", ");
  print(`There is no section "${unknown.join('", "')}". There are: ${known}.`);
  process.exitCode = 1;
} else {
  for (const name of names) {
    for (const table of (await SECTIONS[name]?.(values.data)) ?? []) print(renderTable(table));
  }
  const load = loadavg().map((value) => value.toFixed(1));
  print(`load average after: ${load.join(" ")}`);
}
