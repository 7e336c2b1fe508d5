export { removeEmbeddedPostgres } from "./remove.ts";
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from "./start.ts";
export { startTemporaryPostgres, type TemporaryPostgres } from "./temporary.ts";
export type { ServerExit } from "./server-process.ts";
export { describePortHolder, isPortFree } from "./port-holder.ts";
