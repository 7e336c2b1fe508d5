export { type Effect } from "./batch-store.ts";
export { createFollower, Follower, type FollowerOptions } from "./follower.ts";
export { feedMigrations } from "./cursor-store.ts";
export { rebuildReadModel, runRebuild } from "./rebuild.ts";
export { awaitPositionsOf, createBookContext, type BookContext } from "./book-context.ts";
