import type { Consent } from "../applications/consent.ts";
import type { Passkey } from "../factors/passkeys.ts";
import { html, type Html } from "../pages/html.ts";
import type { Page } from "../pages/layout.ts";
import { notice } from "../pages/notices.ts";
import type { SignIn } from "../sessions/sessions.ts";
import {
  currentPasswordField,
  recoveryCodesBody,
  totpSetup,
  type TotpSetup,
} from "../sign-in/sign-in-pages.ts";
import type { User } from "../users/user.ts";

export const noSessionPage = (webUrl: string): Page => ({
  title: "Sign in first",
  body: html`<p>Your security settings open when you are signed in.</p>
    <p><a class="button button-primary" href="${webUrl}">Go to AllFunds</a></p>`,
});

export const confirmPage = (user: User, problem: string | undefined): Page => ({
  title: "Security",
  body: html` ${notice(problem)}
    <p class="soft">Confirm your identity, ${user.name}, before you change anything.</p>
    <form method="post" action="/account/confirm" class="stack">
      <input type="hidden" autocomplete="username" value="${user.email}" />
      ${currentPasswordField()}
      ${
        user.hasTotp
          ? html`<div class="field">
              <label for="code">Six-digit code of your authenticator app</label>
              <input
                class="input code"
                id="code"
                name="code"
                inputmode="numeric"
                autocomplete="one-time-code"
                maxlength="7"
                required
              />
            </div>`
          : undefined
      }
      <button class="button button-primary" type="submit">Continue</button>
    </form>`,
});

const day = (date: Date | null | undefined): string => date?.toISOString().slice(0, 10) ?? "never";

const passkeyRow = ({ credentialId, name, createdAt, lastUsedAt }: Passkey): Html =>
  html` <li>
    <span
      >${name} <span class="soft">added ${day(createdAt)}, last used ${day(lastUsedAt)}</span></span
    >
    <form method="post" action="/account/passkeys/remove">
      <input type="hidden" name="id" value="${credentialId}" />
      <button class="button button-small" type="submit">Remove</button>
    </form>
  </li>`;

/** The part of a user agent that people recognise. */
const programOf = (userAgent: string | null): string =>
  /(Firefox|Edg|OPR|Chrome|Safari)\/\d+/.exec(userAgent ?? "")?.[0].replace("/", " ") ??
  "unknown program";

const signInRow = ({ id, at, ip, userAgent }: SignIn, own: string): Html =>
  html` <li>
    <span
      >${programOf(userAgent)}
      <span class="soft"
        >from ${ip ?? "an unknown address"}, since
        ${at.toISOString().slice(0, 16).replace("T", " ")}
        UTC${id === own ? ", this one" : ""}</span
      ></span
    >
    ${
      id === own
        ? undefined
        : html`<form method="post" action="/account/sign-ins/end">
            <input type="hidden" name="id" value="${id}" />
            <button class="button button-small" type="submit">End</button>
          </form>`
    }
  </li>`;

const consentRow = ({ clientId, name, scopes, grantedAt }: Consent): Html =>
  html` <li>
    <span>${name} <span class="soft">since ${day(grantedAt)}: ${scopes.join(", ")}</span></span>
    <form method="post" action="/account/applications/withdraw">
      <input type="hidden" name="id" value="${clientId}" />
      <button class="button button-small" type="submit">Withdraw</button>
    </form>
  </li>`;

export interface SecurityShown {
  /** What the user allows applications of others. */
  readonly consents: readonly Consent[];
  readonly signIns: readonly SignIn[];
  /** The sign-in that views the page. */
  readonly ownSignIn: string;
  readonly user: User;
  readonly passkeys: readonly Passkey[];
  readonly passkeyOptions: string;
  readonly codesLeft: number;
  readonly problem?: string | undefined;
  readonly done?: string | undefined;
}

export const securityPage = (shown: SecurityShown): Page => ({
  title: "Security",
  wide: true,
  body: html` ${notice(shown.problem)} ${notice(shown.done, "good")}
    <p class="soft">${shown.user.name}, ${shown.user.email}</p>
    <section class="section">
      <h2>Authenticator app</h2>
      <p class="soft">${shown.user.hasTotp ? "Set up." : "Not set up."}</p>
      <form method="post" action="/account/totp">
        <button class="button button-small" type="submit">
          ${shown.user.hasTotp ? "Change to another app" : "Set up"}
        </button>
      </form>
    </section>
    <section class="section">
      <h2>Passkeys</h2>
      <ul class="rows">
        ${shown.passkeys.map(passkeyRow)}
      </ul>
      <form
        method="post"
        action="/account/passkeys"
        class="stack"
        data-passkey="create"
        data-options="${shown.passkeyOptions}"
      >
        <input type="hidden" name="response" />
        <div class="field">
          <label for="name">Name of the new passkey</label>
          <input class="input" id="name" name="name" maxlength="60" placeholder="Work laptop" />
        </div>
        <button class="button button-small" type="submit">Add a passkey</button>
        <p class="field-error" role="alert" hidden></p>
      </form>
    </section>
    <section class="section">
      <h2>Recovery codes</h2>
      <p class="soft">${shown.codesLeft} left.</p>
      <form method="post" action="/account/recovery-codes">
        <button class="button button-small" type="submit">Make new ones</button>
      </form>
    </section>
    <section class="section">
      <h2>Password</h2>
      <form method="post" action="/account/password" class="stack">
        <div class="field">
          <label for="password">New password</label>
          <input
            class="input"
            id="password"
            name="password"
            type="password"
            autocomplete="new-password"
            minlength="12"
            maxlength="256"
            required
          />
        </div>
        <button class="button button-small" type="submit">Change and sign out everywhere</button>
      </form>
    </section>
    ${
      shown.consents.length === 0
        ? undefined
        : html`<section class="section">
            <h2>Applications that act for you</h2>
            <ul class="rows">
              ${shown.consents.map(consentRow)}
            </ul>
          </section>`
    }
    <section class="section">
      <h2>Sign-ins</h2>
      <ul class="rows">
        ${shown.signIns.map((signIn) => signInRow(signIn, shown.ownSignIn))}
      </ul>
      <form method="post" action="/account/sign-out-everywhere">
        <button class="button button-small" type="submit">Sign out everywhere</button>
      </form>
    </section>`,
});

export const accountTotpPage = (shown: TotpSetup): Page => ({
  title: "Set up an authenticator app",
  body: totpSetup("/account/totp/confirm", shown),
});

export const accountCodesPage = (codes: readonly string[]): Page => ({
  title: "Your recovery codes",
  body: recoveryCodesBody("/account/kept", codes),
});
