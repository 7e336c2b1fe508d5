import { startService } from "@allfunds/platform/http";
import { readConfig } from "./config.ts";
import { createService } from "./service.ts";

await startService({ name: "analytics", readConfig, createService, port: "ANALYTICS_PORT" });
