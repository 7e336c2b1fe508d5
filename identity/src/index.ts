export { schemaSdl } from "./schema-sdl.ts";
