import { html, Html } from "../pages/html.ts";
import type { Page } from "../pages/layout.ts";
import { notice } from "../pages/notices.ts";

/** The address of one sign-in; its forms are below it. */
type Base = string;

/** The field in which users confirm their identity with their password. */
export const currentPasswordField = (autofocus = true): Html =>
  html`<div class="field">
    <label for="password">Password</label>
    <input
      class="input"
      id="password"
      name="password"
      type="password"
      autocomplete="current-password"
      maxlength="256"
      required
      ${autofocus ? html`autofocus` : undefined}
    />
  </div>`;

const codeField = (label: string): Html =>
  html` <div class="field">
    <label for="code">${label}</label>
    <input
      class="input code"
      id="code"
      name="code"
      inputmode="numeric"
      autocomplete="one-time-code"
      pattern="[0-9 ]{6,7}"
      maxlength="7"
      required
      autofocus
    />
  </div>`;

const passkeyForm = (base: Base, options: string): Html =>
  html` <form method="post" action="${base}/passkey" data-passkey="get" data-options="${options}">
    <input type="hidden" name="response" />
    <button class="button" type="submit">Use a passkey</button>
    <p class="field-error" role="alert" hidden></p>
  </form>`;

const cancel = (base: Base): Html =>
  html` <form method="post" action="${base}/cancel" class="aside">
    <button class="link" type="submit">Cancel</button>
  </form>`;

export const identifyPage = (
  base: Base,
  shown: { email: string; passkeyOptions: string; problem?: string | undefined },
): Page => ({
  title: "Sign in",
  body: html` ${notice(shown.problem)}
    <form method="post" action="${base}/password" class="stack">
      <div class="field">
        <label for="email">Email</label>
        <input
          class="input"
          id="email"
          name="email"
          type="email"
          autocomplete="username"
          value="${shown.email}"
          maxlength="254"
          required
          ${shown.email === "" ? html`autofocus` : undefined}
        />
      </div>
      ${currentPasswordField(shown.email !== "")}
      <button class="button button-primary" type="submit">Sign in</button>
    </form>
    <p class="or">or</p>
    ${passkeyForm(base, shown.passkeyOptions)}
    <p class="aside"><a href="/password/forgotten">Forgot your password?</a></p>
    ${cancel(base)}`,
});

export const confirmPasswordPage = (
  base: Base,
  shown: { email: string; problem?: string | undefined },
): Page => ({
  title: "Confirm your password",
  body: html` ${notice(shown.problem)}
    <p class="soft">You are about to set up a second factor for ${shown.email}.</p>
    <form method="post" action="${base}/password" class="stack">
      <input type="hidden" name="email" value="${shown.email}" />
      ${currentPasswordField()}
      <button class="button button-primary" type="submit">Continue</button>
    </form>
    ${cancel(base)}`,
});

export const secondFactorPage = (
  base: Base,
  shown: {
    hasTotp: boolean;
    passkeyOptions: string | undefined;
    problem?: string | undefined;
  },
): Page => ({
  title: "Second factor",
  body: html` ${notice(shown.problem)}
    ${
      shown.hasTotp
        ? html`<form method="post" action="${base}/code" class="stack">
            ${codeField("Six-digit code of your authenticator app")}
            <button class="button button-primary" type="submit">Continue</button>
          </form>`
        : undefined
    }
    ${shown.hasTotp && shown.passkeyOptions !== undefined ? html`<p class="or">or</p>` : undefined}
    ${shown.passkeyOptions === undefined ? undefined : passkeyForm(base, shown.passkeyOptions)}
    <details class="aside">
      <summary>Use a recovery code</summary>
      <form method="post" action="${base}/recovery" class="stack">
        <div class="field">
          <label for="recovery">Recovery code</label>
          <input
            class="input code"
            id="recovery"
            name="code"
            autocomplete="off"
            maxlength="40"
            required
          />
        </div>
        <button class="button" type="submit">Continue</button>
      </form>
    </details>
    ${cancel(base)}`,
});

/** The secret of a new authenticator app, as SVG markup of its QR code and as text. */
export interface TotpSetup {
  readonly qrCode: string;
  readonly secret: string;
  readonly problem?: string | undefined;
}

export const totpSetup = (action: string, shown: TotpSetup): Html =>
  html` ${notice(shown.problem)}
    <p>Scan this with an authenticator app, then type the code it shows.</p>
    <div class="qr" role="img" aria-label="QR code of the secret below">
      ${new Html(shown.qrCode)}
    </div>
    <details class="aside">
      <summary>I cannot scan it</summary>
      <p>Type this secret into the app: <code class="secret">${shown.secret}</code></p>
    </details>
    <form method="post" action="${action}" class="stack">
      ${codeField("Six-digit code")}
      <button class="button button-primary" type="submit">Continue</button>
    </form>`;

export const enrolPage = (base: Base, shown: TotpSetup): Page => ({
  title: "Set up your second factor",
  body: html`<p class="soft">Two factors are needed here.</p>
    ${totpSetup(`${base}/enrol`, shown)} ${cancel(base)}`,
});

export const recoveryCodesBody = (action: string, codes: readonly string[]): Html =>
  html` <p>
      Each of these signs you in once when your second factor is out of reach. They are shown only
      now: print them, or keep them where your passwords are.
    </p>
    <ul class="codes">
      ${codes.map((code) => html`<li><code>${code}</code></li>`)}
    </ul>
    <form method="post" action="${action}">
      <button class="button button-primary" type="submit">I have kept them</button>
    </form>`;

export const recoveryCodesPage = (base: Base, codes: readonly string[]): Page => ({
  title: "Your recovery codes",
  body: recoveryCodesBody(`${base}/enrolled`, codes),
});
