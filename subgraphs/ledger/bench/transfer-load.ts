import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import type { Books, BookRequest } from "../src/slices/model.ts";
import { benchContext } from "./bench-context.ts";
import type { BenchServer } from "./bench-server.ts";
import { cpuUse } from "./cpu-use.ts";
import type { Measured } from "./measured.ts";

export interface LoadOptions {
  readonly server: BenchServer;
  readonly seconds: number;
  /** Transfers waiting for their verdict at any time. */
  readonly inFlight: number;
  readonly next: () => BookRequest;
}

/** A closed loop: each of `inFlight` clients sends its next transfer when the one before is durable. */
export async function measureTransfers(
  books: Books,
  { server, seconds, inFlight, next }: LoadOptions,
): Promise<Measured> {
  await server.checkpoint();
  const latencies: number[] = [];
  const before = await cpuUse(server.pid);
  const startedAt = performance.now();
  const until = startedAt + seconds * 1_000;
  const client = async (): Promise<void> => {
    for (let sentAt = performance.now(); sentAt < until; sentAt = performance.now()) {
      await books.execute(benchContext(DEMO_TENANT_ID), next());
      latencies.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  const tookMs = performance.now() - startedAt;
  const after = await cpuUse(server.pid);
  const count = latencies.length;
  return {
    perSecond: (count / tookMs) * 1_000,
    serverMicros:
      before.server === undefined || after.server === undefined
        ? undefined
        : (after.server - before.server) / count,
    serviceMicros: (after.service - before.service) / count,
    latencies,
  };
}
