/** As the document describes it. */
export const LINK_HEADER = { Link: "The next page, `rel=next`; absent on the last one." };

/** The Link header that leads to the next page of the request's own list; none on the last page. */
export function nextPageLink(
  url: string,
  nextCursor: string | null,
): Readonly<Record<string, string>> {
  if (nextCursor === null) return {};
  const next = new URL(url, "http://bridge");
  next.searchParams.set("after", nextCursor);
  return { link: `<${next.pathname}${next.search}>; rel="next"` };
}
