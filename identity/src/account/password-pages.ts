import { html } from "../pages/html.ts";
import type { Page } from "../pages/layout.ts";
import { notice } from "../pages/notices.ts";

export const forgottenPage = (): Page => ({
  title: "Choose a new password",
  body: html` <p class="soft">A link is sent to your address.</p>
    <form method="post" action="/password/forgotten" class="stack">
      <div class="field">
        <label for="email">Email</label>
        <input
          class="input"
          id="email"
          name="email"
          type="email"
          autocomplete="username"
          maxlength="254"
          required
          autofocus
        />
      </div>
      <button class="button button-primary" type="submit">Send the link</button>
    </form>`,
});

/** The same whether the address has an account or not. */
export const forgottenSentPage = (): Page => ({
  title: "Check your email",
  body: html`<p>If the address has an account, a link is on its way. It works for 30 minutes.</p>`,
});

export const newPasswordPage = (shown: {
  action: string;
  email: string;
  invited: boolean;
  problem?: string | undefined;
}): Page => ({
  title: shown.invited ? "Welcome to AllFunds" : "Choose a new password",
  body: html` ${notice(shown.problem)}
    <form method="post" action="${shown.action}" class="stack">
      <div class="field">
        <label for="email">Email</label>
        <input
          class="input"
          id="email"
          type="email"
          autocomplete="username"
          value="${shown.email}"
          readonly
        />
      </div>
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
          autofocus
          aria-describedby="password-hint"
        />
        <p class="hint" id="password-hint">
          Twelve characters or more. A few unrelated words do well.
        </p>
      </div>
      <button class="button button-primary" type="submit">Set this password</button>
    </form>`,
});

export const passwordSetPage = (webUrl: string): Page => ({
  title: "Your password is set",
  body: html`<p>Earlier sign-ins have ended.</p>
    <p><a class="button button-primary" href="${webUrl}">Sign in</a></p>`,
});

export const expiredLinkPage = (): Page => ({
  title: "This link no longer works",
  body: html`<p>Links work once and for a short time.</p>
    <p><a href="/password/forgotten">Request a new one</a></p>`,
});
