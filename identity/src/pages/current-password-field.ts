import { html, type Html } from "./html.ts";

/** Where people prove with their password that it is them. */
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
