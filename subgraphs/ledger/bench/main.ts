import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { startBenchServer } from "./bench-server.ts";
import { measureFeed } from "./feed-cases.ts";
import { measureImports } from "./import-cases.ts";
import { measurePointInTime } from "./point-in-time.ts";
import { measurePostings } from "./posting-cases.ts";
import { measureRunningSystem } from "./running-system.ts";
import { renderTable, type Table } from "@allfunds/platform/bench";
import { measureReports } from "./report-cases.ts";
import { measureScale } from "./scale-cases.ts";
import { measureVerification } from "./verify-cases.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    lines: { type: "string", default: "100000,1000000" },
    transactions: { type: "string", default: "1000000" },
    gateway: { type: "string" },
    rest: { type: "string" },
    token: { type: "string" },
  },
});
const timing = { seconds: Number(values.seconds), rounds: Number(values.rounds) };
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(" ");
const show = (table: Table): boolean => print(renderTable(table));

print(`load average before: ${load()}\n`);
if (values.gateway === undefined && values.rest === undefined) {
  const server = await startBenchServer();
  try {
    const parts = [
      ["postings", () => measurePostings(server, timing)],
      ["feed", () => measureFeed(server, timing)],
      ["point-in-time", () => measurePointInTime(server)],
      ["verification", () => measureVerification(server)],
    ] as const;
    for (const [name, measure] of parts) {
      if (values.only === undefined || values.only === name) show(await measure());
    }
    // A million transactions take minutes to load: only when it is named.
    if (values.only === "scale")
      for (const table of await measureScale(server, Number(values.transactions))) show(table);
    if (values.only === "import")
      show(await measureImports(server, values.lines.split(",").map(Number)));
    if (values.only === "reports") show(await measureReports(server));
  } finally {
    await server.stop();
  }
} else {
  show(await measureRunningSystem({ ...values, ...timing }));
}
print(`load average after: ${load()}`);
