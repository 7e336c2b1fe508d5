import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { CpuWait } from "./cpu-wait.ts";

test.runIf(process.platform === "linux")(
  "counts the time in which more processes have work than there are processors",
  async () => {
    const endless = `process.stdout.write("begun"); for (;;);`;
    const others = Array.from({ length: 3 * availableParallelism() }, () =>
      spawn(process.execPath, ["-e", endless], { stdio: ["ignore", "pipe", "ignore"] }),
    );
    try {
      await Promise.all(others.map(({ stdout }) => once(stdout, "data")));
      const cpuWait = new CpuWait();
      let waitedMs = 0;
      // This process always has work here, so that it ends only when its waits are counted.
      while (waitedMs < 50) waitedMs += cpuWait.take();
      expect(waitedMs).toBeLessThan(60_000);
    } finally {
      for (const other of others) other.kill("SIGKILL");
    }
  },
);
