import { DatabaseWatch } from "../database/database-watch.ts";

// Vitest runs this before each test file. A starved machine is not a frozen server.
DatabaseWatch.limitMs = { least: 60_000, most: 60_000 };
