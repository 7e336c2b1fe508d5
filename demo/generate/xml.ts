/** An element as text; a string child is text, an undefined child is left out. */
export function element(
  name: string,
  children: string | readonly (string | undefined)[],
  attributes: Readonly<Record<string, string>> = {},
): string {
  const opening = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(value)}"`),
  ].join(" ");
  if (typeof children === "string") return `<${opening}>${escaped(children)}</${name}>\n`;
  const inner = children.filter((child) => child !== undefined).join("");
  return `<${opening}>\n${inner.replaceAll(/^(?=.)/gm, "  ")}</${name}>\n`;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
