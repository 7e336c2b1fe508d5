export { withOwnPool } from "./own-pool.ts";
export { runInThread } from "./run-in-thread.ts";
export { lowerPriority, serveThread } from "./serve-thread.ts";
