export { parseAddresses } from "./addresses.ts";
export { type Endpoint, type EndpointState, type UpstreamTls } from "./endpoint.ts";
export { EndpointFailure } from "./exchange.ts";
export { observeUpstreams } from "./upstream-metrics.ts";
export { STANDARD_UPSTREAM_POLICY, type UpstreamPolicy } from "./upstream-policy.ts";
export { NoEndpoint } from "./waiting-requests.ts";
export {
  Upstream,
  type UpstreamAnswer,
  type UpstreamKind,
  type UpstreamObserver,
  type UpstreamReport,
} from "./upstream.ts";
