export { answerNotWanted, signalWhenGone } from "./client-gone.ts";
export { toAppError, type ErrorRenderer, type RenderedError } from "./error-response.ts";
export { EDGE_BOUNDS } from "../admission/concurrency-limit.ts";
export { createHttpServer, type HttpServer } from "./http-server.ts";
export { callerOf, requestContext } from "./request-context.ts";
export { Readiness, type ReadinessCheck, type ReadinessReport } from "./readiness.ts";
export { withDeadline } from "./with-deadline.ts";
export { startService } from "./start-service.ts";
export { createStrictSockets } from "./strict-sockets.ts";
