import type { KoaContextWithOIDC } from "oidc-provider";
import { html, type Html } from "../pages/html.ts";
import { layout, pageHeaders } from "../pages/layout.ts";
import { notice, tooManyAttempts } from "../pages/notices.ts";

/** The pages of a sign-in on a device (RFC 8628): where its user types the code that the device shows. */
function send(context: KoaContextWithOIDC, title: string, body: Html): void {
  context.set(pageHeaders([]));
  context.body = layout({ title, body });
}

/** The library's form carries its address and its token against forged forms. */
function partsOf(form: string): { readonly action: string; readonly token: string } {
  const action = /action="([^"]*)"/.exec(form)?.[1] ?? "";
  const token = /name="xsrf" value="([^"]*)"/.exec(form)?.[1] ?? "";
  return { action, token };
}

interface Problem {
  readonly name?: string;
  readonly statusCode?: number;
}

function sentenceOf({ name, statusCode }: Problem, { response }: KoaContextWithOIDC): string {
  if (statusCode === 429) return tooManyAttempts(Number(response.get("retry-after")));
  if (name === "AbortedError") return "The device was refused.";
  return "There is no such code, or it was used or has expired.";
}

export function renderDeviceCode(
  context: KoaContextWithOIDC,
  form: string,
  _out?: unknown,
  problem?: Problem,
): void {
  const { action, token } = partsOf(form);
  const wrong = problem && sentenceOf(problem, context);
  send(
    context,
    "Sign in on a device",
    html`${notice(wrong)}
      <form method="post" action="${action}" class="stack">
        <input type="hidden" name="xsrf" value="${token}" />
        <div class="field">
          <label for="user_code">The code that the device shows</label>
          <input
            class="input"
            id="user_code"
            name="user_code"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            maxlength="20"
            required
          />
        </div>
        <button class="button button-primary" type="submit">Continue</button>
      </form>`,
  );
}

export function renderDeviceConfirmation(
  context: KoaContextWithOIDC,
  form: string,
  client: { readonly clientName?: string | undefined; readonly clientId: string },
  device: Readonly<Record<string, unknown>>,
  userCode: string,
): void {
  const { action, token } = partsOf(form);
  const { ip } = device;
  send(
    context,
    "Is this your device?",
    html`<p>
        <strong>${client.clientName ?? client.clientId}</strong> on a device at
        <code>${typeof ip === "string" ? ip : "an unknown address"}</code> shows this code:
      </p>
      <p class="secret">${userCode}</p>
      <p>Go on only if you started it yourself and the device is in front of you.</p>
      <form method="post" action="${action}" class="stack">
        <input type="hidden" name="xsrf" value="${token}" />
        <input type="hidden" name="user_code" value="${userCode}" />
        <button class="button button-primary" type="submit" name="confirm" value="yes">
          It is mine
        </button>
        <button class="link" type="submit" name="abort" value="yes">Refuse</button>
      </form>`,
  );
}

export function renderDeviceDone(context: KoaContextWithOIDC): void {
  send(context, "The device is signed in", html`<p>Go on there. You can close this page.</p>`);
}
