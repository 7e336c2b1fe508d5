import { gatewayUrl } from "#lib/server/graph/gateway-address.ts";
import { signIn } from "#lib/server/sign-in/sign-in.ts";

const CHECK_TIMEOUT_MS = 2_000;

type Outcome = "ok" | "unavailable";

/** Ready means: the gateway is ready, the issuer is reachable and the session database works. */
export async function GET() {
  const [gateway, issuer, sessions] = await Promise.all([
    probe(`${gatewayUrl}/health/ready`),
    inTime(signIn().issuer.configuration()),
    inTime(signIn().store.ready()),
  ]);
  const checks = { gateway, issuer, sessions };
  const ready = Object.values(checks).every((check) => check === "ok");
  return Response.json(
    { status: ready ? "ok" : "unavailable", checks },
    { status: ready ? 200 : 503 },
  );
}

async function probe(url: string): Promise<Outcome> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS) });
    return response.ok ? "ok" : "unavailable";
  } catch {
    return "unavailable";
  }
}

async function inTime(work: Promise<unknown>): Promise<Outcome> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve("unavailable"), CHECK_TIMEOUT_MS);
  });
  const done = work.then(
    (): Outcome => "ok",
    (): Outcome => "unavailable",
  );
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}
