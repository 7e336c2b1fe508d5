/** The name of a service's first database, where tenants live that are not listed. */
export const FIRST_DATABASE = "main";

/** A database of a service that has several. */
export interface DatabaseAddress {
  readonly name: string;
  readonly url: string;
}

const PAIR = /^([a-z][a-z0-9-]*)=(postgres(?:ql)?:\/\/\S+)$/;

/** Databases as `name=postgres://…`, separated by spaces; undefined when the text is something else. */
export function readAddresses(text: string): DatabaseAddress[] | undefined {
  const pairs = text.split(/\s+/).filter((pair) => pair !== "");
  const addresses = pairs.flatMap((pair) => {
    const [, name, url] = PAIR.exec(pair) ?? [];
    return name === undefined || url === undefined || !URL.canParse(url) ? [] : [{ name, url }];
  });
  const names = new Set([FIRST_DATABASE, ...addresses.map(({ name }) => name)]);
  const isWhole = addresses.length === pairs.length && names.size === pairs.length + 1;
  return isWhole ? addresses : undefined;
}
