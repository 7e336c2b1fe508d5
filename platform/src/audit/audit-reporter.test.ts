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
const PATIENT = { timeout: 60_000 };

const events = (count: number): AuditEvent[] =>
  Array.from({ length: count }, (_, index) => event(`field-${index}`));

/** A reporter to a fake audit log, which stores what it receives and fails `failures` times. */
function startReporter(options: Partial<AuditReporterOptions> = {}) {
  const kept: AuditEvent[] = [];
  const sizes: number[] = [];
  const auditLog = { failures: 0 };
  const logger = createLogger("gateway", "silent");
  const lost = vi.spyOn(logger, "error");
  const reporter = new AuditReporter({
    logger,
    gatherMs: 1,
    retryMs: [1, 4],
    send: async (batch) => {
      if (auditLog.failures > 0) {
        auditLog.failures -= 1;
        throw new Error("status 503");
      }
      sizes.push(batch.length);
      kept.push(...batch);
    },
    ...options,
  });
  const lostSubjects = () =>
    lost.mock.calls.map(([logged]) => (logged as { readonly event: AuditEvent }).event.subject);
  return { reporter, kept, sizes, auditLog, lostSubjects };
}

describe("AuditReporter", () => {
  it("delivers events in order, in batches of 500, when many wait", async () => {
    const { reporter, kept, sizes } = startReporter();
    const all = events(1_234);
    for (const one of all) reporter.record(one);
    await expect.poll(() => reporter.waiting, PATIENT).toBe(0);
    expect(kept).toEqual(all);
    expect(sizes).toEqual([500, 500, 234]);
  });

  it("retries until it succeeds, then sends later events, when the audit log is unavailable", async () => {
    const { reporter, kept, auditLog } = startReporter();
    auditLog.failures = 5;
    reporter.record(event("first"));
    await expect.poll(() => auditLog.failures, PATIENT).toBe(0);
    reporter.record(event("second"));
    await expect
      .poll(() => kept.map(({ subject }) => subject), PATIENT)
      .toEqual(["first", "second"]);
  });

  it("delivers the other events when the audit log refuses one", async () => {
    const kept: string[] = [];
    const { reporter, lostSubjects } = startReporter({
      send: async (batch) => {
        if (batch.some(({ subject }) => subject === "field-37"))
          throw new UnacceptableReport("no such thing");
        kept.push(...batch.map(({ subject }) => subject));
      },
    });
    for (const one of events(100)) reporter.record(one);
    await expect.poll(() => reporter.waiting, PATIENT).toBe(0);
    expect(kept.length).toBe(99);
    expect(lostSubjects()).toEqual(["field-37"]);
  });

  it("writes further events to the log when its queue is full", async () => {
    const { reporter, kept, auditLog, lostSubjects } = startReporter({ queueLimit: 3 });
    auditLog.failures = 3;
    for (const one of events(5)) reporter.record(one);
    expect(lostSubjects()).toEqual(["field-3", "field-4"]);
    await expect.poll(() => kept.length, PATIENT).toBe(3);
  });

  it("delivers waiting events when it is stopped", async () => {
    const { reporter, kept } = startReporter({ gatherMs: 60_000 });
    reporter.record(event("late"));
    await reporter.stop();
    expect(kept.length).toBe(1);
  });

  it("writes undelivered events to the log when it is stopped", async () => {
    const { reporter, auditLog, lostSubjects } = startReporter();
    auditLog.failures = Number.POSITIVE_INFINITY;
    reporter.record(event("never"));
    await reporter.stop();
    expect(lostSubjects()).toEqual(["never"]);
  });
});

it("makes a storable event when a client sends an odd subject", () => {
  const odd = event(`\0\u{d800}${"x".repeat(1_000)}`);
  expect(odd.subject.length).toBeLessThanOrEqual(255);
  expect(Buffer.from(odd.subject).toString()).toBe(odd.subject);
  expect(odd.subject).not.toContain("\0");
  expect(event("").subject).toBe("(unnamed)");
});
