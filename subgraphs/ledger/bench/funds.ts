import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { renderTable } from "@allfunds/platform/bench";
import { startBenchServer } from "./bench-server.ts";
import { measureFund } from "./fund-cases.ts";
import { measureRunningFund } from "./running-fund.ts";
import { fillYardstick, measureYardstick, requirePgbench } from "./pgbench.ts";

const { values } = parseArgs({
  options: {
    investors: { type: "string", default: "10000" },
    securities: { type: "string", default: "2000" },
    seconds: { type: "string", default: "10" },
    gateway: { type: "string" },
    rest: { type: "string" },
    token: { type: "string" },
    approver: { type: "string" },
  },
});
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(" ");

await requirePgbench();
print(`load average before: ${load()}\n`);
const server = await startBenchServer();
try {
  await fillYardstick(server);
  const { perSecond } = await measureYardstick(server, Number(values.seconds));
  print(`pgbench, tpcb-like, 8 clients: ${perSecond.toFixed(0)} transactions/s\n`);
  const sizes = { investors: Number(values.investors), securities: Number(values.securities) };
  const { gateway } = values;
  const table =
    gateway === undefined
      ? await measureFund(server, sizes, perSecond)
      : await measureRunningFund({
          ...values,
          gateway,
          investors: sizes.investors,
          seconds: Number(values.seconds),
          pgbenchPerSecond: perSecond,
        });
  print(renderTable(table));
} finally {
  await server.stop();
}
print(`load average after: ${load()}`);
