import { gatewayUrl } from "#lib/server/gateway-address.ts";

const CHECK_TIMEOUT_MS = 2_000;

/** Ready means: the gateway behind this server answers that it is ready itself. */
export async function GET() {
  const gateway = await check(`${gatewayUrl}/health/ready`);
  const ready = gateway === "ok";
  return Response.json(
    { status: ready ? "ok" : "unavailable", checks: { gateway } },
    { status: ready ? 200 : 503 },
  );
}

async function check(url: string): Promise<"ok" | "unavailable"> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS) });
    return response.ok ? "ok" : "unavailable";
  } catch {
    return "unavailable";
  }
}
