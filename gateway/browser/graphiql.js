// The developer page: GraphiQL with sign-in by the issuer, answers as server-sent events, and their cost.
const settings = await (await fetch("/graphiql/settings.json")).json();
const PENDING = "allfunds-graphiql-sign-in";
const PAGE = `${location.origin}/graphiql`;
/** In memory alone: a reload signs in anew. */
let token = "";

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const digest = async (text) =>
  base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
const discover = async () =>
  (await fetch(`${settings.issuer}/.well-known/openid-configuration`)).json();

/** Sends the browser to the issuer: authorization code with PKCE, RFC 7636. */
async function signIn() {
  const { authorization_endpoint: endpoint } = await discover();
  const [verifier, state] = [random(), random()];
  sessionStorage.setItem(PENDING, JSON.stringify({ verifier, state }));
  const parameters = {
    response_type: "code",
    client_id: settings.clientId,
    redirect_uri: PAGE,
    scope: settings.scope,
    resource: settings.resource,
    state,
    code_challenge: await digest(verifier),
    code_challenge_method: "S256",
  };
  location.assign(`${endpoint}?${new URLSearchParams(parameters)}`);
}

/** Exchanges the code with which the issuer sent the browser back. Returns why it failed. */
async function finishSignIn() {
  const answer = new URLSearchParams(location.search);
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "null");
  if (!answer.has("state") || pending === null) return "";
  sessionStorage.removeItem(PENDING);
  history.replaceState(null, "", PAGE);
  if (answer.get("state") !== pending.state)
    return "The sign-in was not begun here. Sign in again.";
  if (answer.has("error")) return answer.get("error_description") ?? answer.get("error");
  const { token_endpoint: endpoint } = await discover();
  const response = await fetch(endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: answer.get("code") ?? "",
      redirect_uri: PAGE,
      client_id: settings.clientId,
      code_verifier: pending.verifier,
      resource: settings.resource,
    }),
  });
  const sent = await response.json();
  token = sent.access_token ?? "";
  return sent.error_description ?? sent.error ?? "";
}

const element = React.createElement;
let showStatus = () => undefined;

function statusOf({ extensions }) {
  if (extensions?.cost === undefined) return;
  const { estimated, actual, limit } = extensions.cost;
  const left =
    extensions.budget === undefined ? "" : `, budget left ${extensions.budget.remaining}`;
  showStatus(`Cost ${actual ?? "?"} points, estimated ${estimated} of ${limit}${left}`);
}

/** The answers to an operation: one, the parts of a deferred one, or the events of a subscription. */
async function* fetchAnswers(operation, { headers } = {}) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
      "content-type": "application/json",
      accept: "text/event-stream",
      "apollographql-client-name": "graphiql",
    },
    body: JSON.stringify(operation),
  });
  if (!response.headers.get("content-type")?.startsWith("text/event-stream"))
    return yield await response.json();
  let read = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (read + text).split("\n\n");
    read = events.pop();
    for (const event of events) {
      const data = /^data: (.+)$/m.exec(event)?.[1];
      if (data === undefined) continue;
      const answer = JSON.parse(data);
      statusOf(answer);
      yield answer;
    }
  }
}

function SignIn({ failure }) {
  const [isSignedIn, setSignedIn] = React.useState(token !== "");
  const enter = (event) => {
    token = event.target.value.trim();
    setSignedIn(token !== "");
  };
  return element(
    "div",
    { className: "sign-in", role: "group", "aria-label": "Sign-in" },
    settings.clientId === undefined
      ? element("input", {
          type: "password",
          placeholder: "Access token",
          "aria-label": "Access token",
          onChange: enter,
        })
      : element(
          "button",
          { type: "button", onClick: () => void signIn() },
          isSignedIn ? "Sign in anew" : "Sign in",
        ),
    element("span", { role: "status" }, failure || (isSignedIn ? "Signed in" : "Not signed in")),
  );
}

function Page({ failure }) {
  const [status, setStatus] = React.useState("Cost: run an operation");
  showStatus = setStatus;
  return element(
    React.Fragment,
    null,
    element(SignIn, { failure }),
    element(
      GraphiQL,
      { fetcher: fetchAnswers, defaultEditorToolsVisibility: true, shouldPersistHeaders: false },
      element(GraphiQL.Footer, null, element("div", { id: "cost", role: "status" }, status)),
    ),
  );
}

const failure = await finishSignIn().catch((error) => String(error));
ReactDOM.createRoot(document.getElementById("page")).render(element(Page, { failure }));
