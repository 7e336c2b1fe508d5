import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "../src/config.ts";
import { createService } from "../src/service.ts";

/** The service in a process of its own, so that its processor time is its own too. */
const [databaseUrl, ledgerUrl] = process.argv.slice(2);
const config = readConfig({ DATABASE_URL_ANALYTICS: databaseUrl, LEDGER_URL: ledgerUrl });
const { server } = await createService(config, createLogger("bench", "error"), {
  authentication: OPEN_TO_ALL,
});
await server.app.listen({ host: "127.0.0.1", port: 0 });

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000 });
});
process.send?.({ origin: server.app.listeningOrigin });
