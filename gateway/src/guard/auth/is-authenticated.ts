import type { RequestContext } from "@allfunds/platform/context";

/** Somebody with a verified token. */
export const isAuthenticated = ({ caller }: RequestContext): boolean => caller !== undefined;
