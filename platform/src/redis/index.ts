export { connectRedis, REDIS_TIMEOUT_MS } from "./connect-redis.ts";
export { RedisUsedProofs } from "./used-proofs.ts";
