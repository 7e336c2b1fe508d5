import { startService } from "@allfunds/platform/http";
import { readConfig } from "./config.ts";
import { createService } from "./service.ts";

await startService({ name: "ledger", readConfig, createService, port: "LEDGER_PORT" });
