import { gatewayUrl } from "#lib/server/gateway-address.ts";
import { signIn } from "#lib/server/session/sign-in.ts";

const CHECK_TIMEOUT_MS = 2_000;

type Outcome = "ok" | "unavailable";

/** Ready means: the gateway answers that it is ready itself, and people can sign in. */
export async function GET() {
  const [gateway, issuer, sessions] = await Promise.all([
    answersWell(`${gatewayUrl}/health/ready`),
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

async function answersWell(url: string): Promise<Outcome> {
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
