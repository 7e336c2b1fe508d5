import { schemaSdl } from "./schema.ts";

process.stdout.write(schemaSdl());
