import { AuditReporter, reportTo, type Authentication, type Logger } from "@allfunds/platform";

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
