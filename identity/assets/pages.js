// Passkeys need the browser's help; everything else on these pages works without script.
const explain = (error) =>
  error?.name === "InvalidStateError"
    ? "This device has a passkey for this account already."
    : "The passkey was not used. Try again, or take another way.";

(() => {
  const { startAuthentication, startRegistration } = globalThis.SimpleWebAuthnBrowser ?? {};

  const ask = {
    get: (optionsJSON) => startAuthentication({ optionsJSON }),
    create: (optionsJSON) => startRegistration({ optionsJSON }),
  };

  async function answerWithPasskey(form) {
    const problem = form.querySelector("[role=alert]");
    try {
      const answer = await ask[form.dataset.passkey](JSON.parse(form.dataset.options));
      form.elements.response.value = JSON.stringify(answer);
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
      void answerWithPasskey(form);
    });
  }

  for (const button of document.querySelectorAll("[data-submit] button")) button.click();
})();
