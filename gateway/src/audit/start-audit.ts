import { AuditReporter, reportTo } from "@allfunds/platform/audit";
import type { Authentication } from "@allfunds/platform/auth";
import type { Logger } from "@allfunds/platform/logging";
import { AuditTrail } from "./audit-trail.ts";

export interface RunningAudit {
  readonly trail: AuditTrail;
  /** Delivers what waits and ends. */
  readonly stop: () => Promise<void>;
}

/** Starts to tell the issuer's trail what happens here; undefined while the gateway has no name at the issuer. */
export function startAudit(
  authentication: Pick<Authentication, "systemCredentials">,
  identityUrl: string,
  logger: Logger,
): RunningAudit | undefined {
  const credentials = authentication.systemCredentials("audit:write");
  if (credentials === undefined) return undefined;
  const reporter = new AuditReporter({ send: reportTo(identityUrl, credentials), logger });
  const trail = new AuditTrail(reporter.record);
  return {
    trail,
    stop: async () => {
      trail.settle();
      await reporter.stop();
    },
  };
}
