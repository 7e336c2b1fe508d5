import { describe, expect, it, vi } from "vitest";
import { createLogger } from "../logging.ts";
import { auditEvent, type AuditEvent } from "./audit-event.ts";
import { AuditReporter, type AuditReporterOptions } from "./audit-reporter.ts";
import { UnacceptableReport } from "./send-report.ts";

const event = (subject: string): AuditEvent =>
  auditEvent({
    action: "graph.mutation",
    outcome: "ALLOWED",
    caller: undefined,
    address: "127.0.0.1",
    traceId: "0af7651916cd43dd8448eb211c80319c",
    subject,
    detail: {},
  });
const events = (count: number): AuditEvent[] =>
  Array.from({ length: count }, (_, index) => event(`field-${index}`));

/** A trail that keeps what it is sent, and fails as it is told. */
function startReporter(options: Partial<AuditReporterOptions> = {}) {
  const kept: AuditEvent[] = [];
  const sizes: number[] = [];
  const trail = { failures: 0 };
  const logger = createLogger("gateway", "silent");
  const lost = vi.spyOn(logger, "error");
  const reporter = new AuditReporter({
    logger,
    gatherMs: 1,
    retryMs: [1, 4],
    send: async (batch) => {
      if (trail.failures > 0) {
        trail.failures -= 1;
        throw new Error("status 503");
      }
      sizes.push(batch.length);
      kept.push(...batch);
    },
    ...options,
  });
  const lostSubjects = () =>
    lost.mock.calls.map(([said]) => (said as { readonly event: AuditEvent }).event.subject);
  return { reporter, kept, sizes, trail, lostSubjects };
}

describe("the audit reporter", () => {
  it("delivers everything, in order, never more at a time than the trail takes", async () => {
    const { reporter, kept, sizes } = startReporter();
    const all = events(1_234);
    for (const one of all) reporter.record(one);
    await expect.poll(() => reporter.waiting).toBe(0);
    expect(kept).toEqual(all);
    expect(sizes).toEqual([500, 500, 234]);
  });

  it("tries again until the trail is back, and then goes on with what came meanwhile", async () => {
    const { reporter, kept, trail } = startReporter();
    trail.failures = 5;
    reporter.record(event("first"));
    await expect.poll(() => trail.failures).toBe(0);
    reporter.record(event("second"));
    await expect.poll(() => kept.map(({ subject }) => subject)).toEqual(["first", "second"]);
  });

  it("does not let one event the trail refuses keep the others out", async () => {
    const kept: string[] = [];
    const { reporter, lostSubjects } = startReporter({
      send: async (batch) => {
        if (batch.some(({ subject }) => subject === "field-37"))
          throw new UnacceptableReport("no such thing");
        kept.push(...batch.map(({ subject }) => subject));
      },
    });
    for (const one of events(100)) reporter.record(one);
    await expect.poll(() => reporter.waiting).toBe(0);
    expect(kept.length).toBe(99);
    expect(lostSubjects()).toEqual(["field-37"]);
  });

  it("holds no more than its limit, and writes the rest to the log", async () => {
    const { reporter, kept, trail, lostSubjects } = startReporter({ queueLimit: 3 });
    trail.failures = 3;
    for (const one of events(5)) reporter.record(one);
    expect(lostSubjects()).toEqual(["field-3", "field-4"]);
    await expect.poll(() => kept.length).toBe(3);
  });

  it("delivers what waits when it is stopped", async () => {
    const { reporter, kept } = startReporter({ gatherMs: 60_000 });
    reporter.record(event("late"));
    await reporter.stop();
    expect(kept.length).toBe(1);
  });

  it("writes what it cannot deliver any more to the log", async () => {
    const { reporter, trail, lostSubjects } = startReporter();
    trail.failures = Number.POSITIVE_INFINITY;
    reporter.record(event("never"));
    await reporter.stop();
    expect(lostSubjects()).toEqual(["never"]);
  });
});

it("makes of whatever a client sends a line that can be stored", () => {
  const odd = event(`\0\u{d800}${"x".repeat(1_000)}`);
  expect(odd.subject.length).toBeLessThanOrEqual(255);
  expect(Buffer.from(odd.subject).toString()).toBe(odd.subject);
  expect(odd.subject).not.toContain("\0");
  expect(event("").subject).toBe("(unnamed)");
});
