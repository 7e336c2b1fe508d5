export { schemaSdl } from "./schema.ts";
