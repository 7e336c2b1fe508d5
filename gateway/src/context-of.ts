import type { HeaderValues, RequestContext } from "@allfunds/platform";

/** Who a request with these headers comes from; the same for both ways in. */
export type ContextOf = (headers: HeaderValues) => RequestContext | Promise<RequestContext>;
