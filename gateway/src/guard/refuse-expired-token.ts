import { AppError } from "@allfunds/contract/errors";
import { refuseRevoked } from "@allfunds/platform/auth";
import type { GatewayPlugin } from "../operation/gateway-plugin.ts";

/** Refuses an event whose caller's token expired, or was revoked, while the subscription ran. */
export const refuseExpiredToken: GatewayPlugin = {
  name: "expired token",
  checkEvent: ({ context: { caller } }) => {
    if (caller === undefined) return;
    refuseRevoked(caller);
    if (caller.expiresAt.getTime() > Date.now()) return;
    throw new AppError("UNAUTHENTICATED", "The access token has expired.");
  },
};
