import { error, redirect } from "@sveltejs/kit";
import { EndMySessionsDocument } from "#lib/graph/graph-types.generated.ts";
import { mutate } from "#lib/server/graph/graphql.ts";
import { sessionCookie } from "#lib/server/session/session-cookie.ts";
import { signIn } from "#lib/server/sign-in/sign-in.ts";
import { statusOf } from "#lib/problems.ts";
import type { RequestHandler } from "./$types";

/** Ends every sign-in of the user at the issuer, and every session here. */
export const POST: RequestHandler = async ({ cookies, locals }) => {
  if (locals.session === undefined) redirect(303, "/sign-in");
  const { data, problems } = await mutate(EndMySessionsDocument, {});
  if (!data) {
    const problem = problems[0] ?? {
      code: "INTERNAL_ERROR",
      message: "The gateway sent no response. Try again.",
    };
    error(statusOf(problem), problem.message, { code: problem.code });
  }
  // The issuer sends a logout token as well. This server does not depend on its arrival.
  await signIn().store.endAll({ subject: locals.session.subject });
  sessionCookie.drop(cookies);
  redirect(303, "/sign-in?reason=everywhere");
};
