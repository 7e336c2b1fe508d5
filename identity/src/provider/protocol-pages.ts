import type { ErrorOut, KoaContextWithOIDC } from "oidc-provider";
import { Html, html } from "../pages/html.ts";
import { formTargetOf, layout, pageHeaders, type Page } from "../pages/layout.ts";
import { messagePage, tooManyAttempts } from "../pages/notices.ts";

function send(context: KoaContextWithOIDC, page: Page, formTargets: readonly string[] = []): void {
  context.set(pageHeaders(formTargets));
  context.body = layout(page);
}

/** A protocol error that cannot be sent to the application by a redirect. */
export function renderProtocolError(context: KoaContextWithOIDC, out: ErrorOut): void {
  const why = out.error_description ?? out.error;
  send(
    context,
    messagePage("This sign-in cannot go on", `Start again from the application. (${why})`),
  );
}

/** Too many sign-ins were begun from the browser's IP address. */
export function renderTooMany(context: KoaContextWithOIDC, retryAfterSeconds: number): void {
  send(context, messagePage("Please wait a moment", tooManyAttempts(retryAfterSeconds)));
}

/** Confirms a sign-out. The page submits its form itself when the application sent an ID token hint. */
export function renderSignOut(context: KoaContextWithOIDC, form: string, webUrl: string): void {
  const isTrusted = context.oidc.entities.IdTokenHint !== undefined;
  // The library's form carries its own token and address; the button is tied to it by the form's id.
  const body = html`<p>You are signed in on this device.</p>
    ${new Html(form)}
    <p ${isTrusted ? html`data-submit="op.logoutForm"` : undefined}>
      <button
        class="button button-primary"
        type="submit"
        form="op.logoutForm"
        name="logout"
        value="yes"
      >
        Sign out
      </button>
    </p>`;
  const leadsTo = context.oidc.params?.["post_logout_redirect_uri"];
  const target = formTargetOf(typeof leadsTo === "string" ? leadsTo : webUrl);
  send(context, { title: "Sign out", body }, target === undefined ? [] : [target]);
}

export function renderSignedOut(context: KoaContextWithOIDC, webUrl: string): void {
  const body = html`<p><a class="button" href="${webUrl}">Back to AllFunds</a></p>`;
  send(context, { title: "You are signed out", body });
}
