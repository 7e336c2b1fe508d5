export { printSchema } from "./schema.ts";
