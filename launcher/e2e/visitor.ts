export interface Person {
  readonly email: string;
  readonly password: string;
}

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly html: string;
}

const SIGN_IN_LINK = /href="([^"]*\/auth\/sign-in[^"]*)"/;
const PASSWORD_FORM = /<form[^>]*action="([^"]*\/password)"/;
const MOST_STEPS = 20;

/** A browser without scripts: keeps cookies, follows redirects, and signs in where a page requires it. */
export class Visitor {
  readonly #cookies = new Map<string, string>();
  readonly #person: Person;
  /** Every page on the way, the redirects left out. */
  readonly seen: Page[] = [];

  constructor(person: Person) {
    this.#person = person;
  }

  /** Opens an address and goes on until a page needs no sign-in. */
  async open(url: string): Promise<Page> {
    let next: { url: string; init?: RequestInit } | undefined = { url };
    for (let step = 0; next !== undefined && step < MOST_STEPS; step += 1) {
      const response = await this.#ask(next.url, next.init);
      const location = response.headers.get("location");
      if (location !== null) {
        next = { url: new URL(location, next.url).href };
        continue;
      }
      const page = { url: next.url, status: response.status, html: await response.text() };
      this.seen.push(page);
      next = this.#goOn(page);
    }
    const last = this.seen.at(-1);
    if (next !== undefined || last === undefined) throw new Error(`led in circles from ${url}`);
    return last;
  }

  async #ask(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#cookies].map((pair) => pair.join("=")).join("; ");
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: { origin: new URL(url).origin, accept: "text/html", cookie },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  #goOn({ url, html }: Page): { url: string; init?: RequestInit } | undefined {
    const form = PASSWORD_FORM.exec(html)?.[1];
    if (form !== undefined) {
      const body = new URLSearchParams({ ...this.#person });
      return { url: new URL(form, url).href, init: { method: "POST", body } };
    }
    const link = SIGN_IN_LINK.exec(html)?.[1];
    return link === undefined ? undefined : { url: new URL(link, url).href };
  }
}
