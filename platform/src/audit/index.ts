export { auditEvent, type AuditEvent } from "./audit-event.ts";
export { AuditReporter } from "./audit-reporter.ts";
export { Repetitions } from "./repetitions.ts";
export { reportTo } from "./send-report.ts";
