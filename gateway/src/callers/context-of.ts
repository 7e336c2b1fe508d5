import type { HeaderValues, RequestContext } from "@allfunds/platform/context";

/**
 * Who a request with these headers comes from; the same for both ways in. Throws UNAUTHENTICATED when
 * it does not say so, and UPSTREAM_UNAVAILABLE while nobody can tell.
 */
export type ContextOf = (headers: HeaderValues) => RequestContext | Promise<RequestContext>;
