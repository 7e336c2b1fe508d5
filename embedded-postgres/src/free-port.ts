import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * A TCP port on loopback on which no process listens, below the range from which the kernel takes the ports of
 * outgoing connections: one of those would hold it a moment later.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const port = randomInt(10_000, 32_000);
    const probe = createServer()
      .once("error", () => resolve(freePort()))
      .listen(port, "127.0.0.1", () => probe.close(() => resolve(port)));
  });
}
