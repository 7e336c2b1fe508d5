import { redirect } from "@sveltejs/kit";
import { EndMySessionsDocument } from "#lib/graph/graph-types.generated.ts";
import { mutate } from "#lib/server/graph/graphql.ts";
import { failPage } from "#lib/server/graph/required.ts";
import { sessionCookie } from "#lib/server/session/session-cookie.ts";
import { signIn } from "#lib/server/sign-in/sign-in.ts";
import type { RequestHandler } from "./$types";

/** Ends every sign-in of the user at the issuer, and every session here. */
export const POST: RequestHandler = async ({ cookies, locals }) => {
  if (locals.session === undefined) redirect(303, "/sign-in");
  const { data, problems } = await mutate(EndMySessionsDocument, {});
  if (!data) {
    failPage(problems[0] ?? { code: "INTERNAL_ERROR", message: locals.t("problem.noAnswer") });
  }
  // The issuer sends a logout token as well. This server does not depend on its arrival.
  await signIn().store.endAll({ subject: locals.session.subject });
  sessionCookie.drop(cookies);
  redirect(303, "/sign-in?reason=everywhere");
};
