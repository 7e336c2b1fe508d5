const FORM = /<form[^>]*action="([^"]*\/password)"/;

/**
 * Signs in as a browser without scripts would: follows redirects, keeps cookies and fills in the
 * password. Returns the address to which the issuer redirects at the end.
 */
export async function signInByHand(
  url: string,
  back: string,
  who: { email: string; password: string },
): Promise<URL> {
  const cookies = new Map<string, string>();
  let next = url;
  let request: RequestInit = {};
  for (let hop = 0; hop < 10; hop += 1) {
    const response = await fetch(next, {
      ...request,
      redirect: "manual",
      headers: {
        origin: new URL(next).origin,
        cookie: [...cookies].map((pair) => pair.join("=")).join("; "),
      },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get("location");
    const page = location === null ? await response.text() : "";
    next = new URL(location ?? FORM.exec(page)?.[1] ?? "", next).href;
    request = location === null ? { method: "POST", body: new URLSearchParams({ ...who }) } : {};
    if (next.startsWith(back)) return new URL(next);
  }
  throw new Error(`The issuer redirected more than ten times, last to ${next}.`);
}
