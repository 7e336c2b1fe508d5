import type { RequestContext } from "@allfunds/platform";

/** Somebody with a verified token, or the fixed actor of an installation without sign-in. */
export const isAuthenticated = ({ caller, actor }: RequestContext): boolean =>
  caller !== undefined || actor === "demo";
