import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { measurePredictions } from "./prediction-cases.ts";
import { measureCategoriser } from "./categoriser-cases.ts";
import { measureHangingModel } from "./hanging-model-cases.ts";
import { measureLive } from "./live-cases.ts";
import { measureRest } from "./rest-cases.ts";
import { renderTable, type Table } from "@allfunds/platform/bench";

const { values } = parseArgs({
  options: { only: { type: "string" }, url: { type: "string" }, token: { type: "string" } },
});

/** Each section is one file that exports one function; all but `rest` start and end what they need by themselves. */
const SECTIONS: Readonly<Record<string, () => Promise<readonly Table[]>>> = {
  predictions: measurePredictions,
  categoriser: measureCategoriser,
  live: measureLive,
  hanging: measureHangingModel,
  ...(values.url === undefined
    ? {}
    : { rest: () => measureRest({ url: values.url ?? "", token: values.token ?? "" }) }),
};

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(" ");

const names = values.only === undefined ? Object.keys(SECTIONS) : values.only.split(",");
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
