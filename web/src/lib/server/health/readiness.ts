import { Readiness } from "@allfunds/platform/http/readiness";
import { gatewayUrl } from "../graph/gateway-address.ts";
import { signIn } from "../sign-in/sign-in.ts";

const GATEWAY_LIMIT_MS = 2_000;

/** Ready means: the gateway is ready, the issuer is reachable and the session database works. */
export const readiness = new Readiness();
readiness.add("gateway", async () => {
  const signal = AbortSignal.timeout(GATEWAY_LIMIT_MS);
  const { ok } = await fetch(`${gatewayUrl}/health/ready`, { signal });
  if (!ok) throw new Error("the gateway is not ready");
});
readiness.add("issuer", async () => void (await signIn().issuer.configuration()));
readiness.add("sessions", () => signIn().sessionsReady());
