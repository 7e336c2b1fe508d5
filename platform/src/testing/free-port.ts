import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** A free port of loopback, below the range from which the kernel takes the ports of outgoing connections. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const port = randomInt(10_000, 32_000);
    const probe = createServer()
      .once("error", () => resolve(freePort()))
      .listen(port, "127.0.0.1", () => probe.close(() => resolve(port)));
  });
}
