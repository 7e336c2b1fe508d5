export {
  createHttpServer,
  requestContext,
  toAppError,
  type ErrorRenderer,
  type HttpServer,
  type RenderedError,
} from "./http-server.ts";
export { Readiness, type ReadinessCheck, type ReadinessReport } from "./readiness.ts";
export { withDeadline } from "./with-deadline.ts";
export { runService, type ServiceParts } from "./run-service.ts";
export { createStrictSockets } from "./strict-sockets.ts";
