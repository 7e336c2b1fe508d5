// Passkeys need script; everything else on these pages works without it.
const explain = (error) =>
  error?.name === "InvalidStateError"
    ? "This device already has a passkey for this account."
    : "The passkey was not used. Try again, or sign in another way.";

(() => {
  const { startAuthentication, startRegistration } = globalThis.SimpleWebAuthnBrowser ?? {};

  const ceremonies = {
    get: (optionsJSON) => startAuthentication({ optionsJSON }),
    create: (optionsJSON) => startRegistration({ optionsJSON }),
  };

  async function submitPasskey(form) {
    const problem = form.querySelector("[role=alert]");
    try {
      const start = ceremonies[form.dataset.passkey];
      const response = await start(JSON.parse(form.dataset.options));
      form.elements.response.value = JSON.stringify(response);
      // Unlike a click on the button, this does not raise the submit event again.
      form.submit();
    } catch (error) {
      problem.textContent = explain(error);
      problem.hidden = false;
    }
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void submitPasskey(form);
    });
  }

  for (const button of document.querySelectorAll("[data-submit] button")) button.click();
})();
