import { metricsPage } from "#lib/server/request-metrics.ts";

export const GET = () => metricsPage();
