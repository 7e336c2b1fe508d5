import { AuditReporter, reportTo } from "@allfunds/platform/audit";
import type { Authentication } from "@allfunds/platform/auth";
import type { Logger } from "@allfunds/platform/logging";

/** Carries lines to the issuer's trail; undefined while the bridge has no name of its own at the issuer. */
export function startAudit(
  authentication: Pick<Authentication, "systemCredentials">,
  identityUrl: string,
  logger: Logger,
): AuditReporter | undefined {
  const credentials = authentication.systemCredentials("audit:write");
  if (credentials === undefined) return undefined;
  return new AuditReporter({ send: reportTo(identityUrl, credentials), logger });
}
