import type { Logger } from "../logging.ts";
import { isConnectionFailure } from "./connection-failure.ts";

/** Repeats a start-up step while its server is unreachable; rethrows any other error. */
export async function retryWhileUnreachable<T>(
  what: string,
  logger: Logger,
  step: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await step();
    } catch (error) {
      if (!isConnectionFailure(error)) throw error;
      const waitMs = Math.min(100 * 2 ** attempt, 5_000);
      logger.warn({ err: error, waitMs }, `${what} is not reachable yet`);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
