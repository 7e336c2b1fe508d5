import { currentContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import type { KoaContextWithOIDC } from "oidc-provider";
import { noteSignIn } from "../users/sign-ins.ts";

const SIGN_IN_ROUTES: ReadonlySet<string> = new Set(["authorization", "resume"]);

/** Remembers from where a session is used, after the session itself has been stored. */
export const noteSignIns =
  (pool: Pool) =>
  async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (!SIGN_IN_ROUTES.has(context.oidc?.route ?? "")) return;
    const { session } = context.oidc;
    if (session?.accountId === undefined) return;
    await noteSignIn(pool, session.uid, {
      ip: currentContext()?.clientAddress,
      userAgent: context.get("user-agent"),
    });
  };
