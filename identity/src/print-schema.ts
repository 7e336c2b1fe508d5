import { schemaSdl } from "./schema-sdl.ts";

process.stdout.write(schemaSdl());
