import { metricsPage } from "#lib/server/telemetry/request-metrics.ts";

export const GET = () => metricsPage();
