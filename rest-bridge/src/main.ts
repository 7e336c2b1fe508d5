import { startService } from "@allfunds/platform/http";
import { readConfig } from "./config.ts";
import { createService } from "./service.ts";

await startService({ name: "rest-bridge", readConfig, createService, port: "REST_PORT" });
