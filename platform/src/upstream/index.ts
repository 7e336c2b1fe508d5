export { parseAddresses } from "./addresses.ts";
export {
  EndpointFailure,
  type Endpoint,
  type EndpointState,
  type UpstreamTls,
} from "./endpoint.ts";
export { observeUpstreams } from "./upstream-metrics.ts";
export {
  NoEndpoint,
  STANDARD_UPSTREAM_POLICY,
  Upstream,
  type UpstreamAnswer,
  type UpstreamKind,
  type UpstreamObserver,
  type UpstreamPolicy,
  type UpstreamReport,
} from "./upstream.ts";
