/** A browser for pages without script: cookies, redirects, forms. */
export class PlainBrowser {
  readonly #cookies = new Map<string, { value: string; path: string }>();
  /** Where the page whose form was sent lets it lead, also by redirects. */
  #targets: readonly string[] | undefined;
  /** Headers of every request, as a proxy in front of the issuer adds them. */
  readonly #headers: Readonly<Record<string, string>>;

  /** `cookies` are those that the browser already has, as a Cookie header lists them. */
  constructor(headers: Readonly<Record<string, string>> = {}, cookies = "") {
    this.#headers = headers;
    for (const pair of cookies.split("; ").filter(Boolean)) {
      const at = pair.indexOf("=");
      this.#cookies.set(pair.slice(0, at), { value: pair.slice(at + 1), path: "/" });
    }
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name)?.value;
  }

  /** Follows redirects until a page, or until one leads to an address that begins with `stopAt`. */
  async open(url: string, stopAt?: string): Promise<Shown> {
    this.#targets = undefined;
    return this.#go(url, { method: "GET" }, stopAt);
  }

  async submit(
    page: Shown,
    actionEnd: string,
    fields: Record<string, string>,
    stopAt?: string,
  ): Promise<Shown> {
    const form = page.forms.find(({ action }) => action.endsWith(actionEnd));
    if (form === undefined) throw new Error(`no form ${actionEnd} on "${page.title}"`);
    const target = new URL(form.action, page.url);
    this.#targets = formTargets(page);
    return this.#go(
      target.href,
      {
        method: "POST",
        body: new URLSearchParams({ ...form.hidden, ...fields }),
        headers: { origin: target.origin },
      },
      stopAt,
    );
  }

  async post(url: string, fields: Record<string, string>, origin: string): Promise<Shown> {
    this.#targets = undefined;
    return this.#go(
      url,
      { method: "POST", body: new URLSearchParams(fields), headers: { origin } },
      undefined,
    );
  }

  async #go(first: string, init: RequestInit, stopAt: string | undefined): Promise<Shown> {
    let url = first;
    let request = init;
    for (let hop = 0; hop < 12; hop += 1) {
      this.#refuseForeignTarget(url);
      if (stopAt !== undefined && url.startsWith(stopAt)) return shown(url, 0, "");
      const response = await fetch(url, {
        ...request,
        redirect: "manual",
        headers: {
          ...(request.headers as Record<string, string> | undefined),
          ...this.#headers,
          accept: "text/html",
          cookie: this.#cookiesFor(url),
        },
      });
      this.#storeCookies(response, url);
      const location = response.headers.get("location");
      if (location === null) {
        return shown(url, response.status, await response.text(), response.headers);
      }
      url = new URL(location, url).href;
      request = { method: "GET" };
    }
    throw new Error("too many redirects");
  }

  #refuseForeignTarget(url: string): void {
    const { origin, protocol } = new URL(url);
    if (this.#targets?.some((target) => target === origin || target === protocol) !== false) return;
    throw new Error(`the page's policy blocks its form at ${url}: ${this.#targets.join(" ")}`);
  }

  #cookiesFor(url: string): string {
    const { pathname } = new URL(url);
    return [...this.#cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join("; ");
  }

  #storeCookies(response: Response, url: string): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
      const at = pair.indexOf("=");
      const path = attributes.find((text) => /^path=/i.test(text))?.slice(5);
      const name = pair.slice(0, at);
      const value = pair.slice(at + 1);
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, { value, path: path ?? new URL(url).pathname });
    }
  }
}

/** The `form-action` of a page's policy: browsers block a form that leads elsewhere, and the redirects of its answer. */
function formTargets({ url, headers }: Shown): string[] | undefined {
  const policy = headers.get("content-security-policy") ?? "";
  const listed = /form-action ([^;]*)/.exec(policy)?.[1]?.trim().split(/\s+/);
  return listed?.map((target) => (target === "'self'" ? new URL(url).origin : target));
}

export interface Shown {
  readonly url: string;
  readonly status: number;
  readonly title: string;
  readonly text: string;
  readonly headers: Headers;
  readonly forms: readonly { action: string; hidden: Record<string, string> }[];
}

const shown = (url: string, status: number, text: string, headers = new Headers()): Shown => ({
  url,
  status,
  text,
  headers,
  title: /<h1>([\s\S]*?)<\/h1>/.exec(text)?.[1]?.trim() ?? "",
  forms: [...text.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].map(
    ([, head = "", inner = ""]) => ({
      action: /action="([^"]*)"/.exec(head)?.[1] ?? "",
      hidden: Object.fromEntries(
        [...inner.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].flatMap(([input]) => {
          const name = /name="([^"]*)"/.exec(input)?.[1];
          return name === undefined ? [] : [[name, /value="([^"]*)"/.exec(input)?.[1] ?? ""]];
        }),
      ),
    }),
  ),
});
