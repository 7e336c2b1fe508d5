/** An element as the XML parser gives it: text alone, or members with attributes under `@name`. */
export type XmlNode = string | XmlElement | undefined;
interface XmlElement {
  readonly [name: string]: XmlNode | readonly XmlNode[];
}

const isElement = (node: XmlNode): node is XmlElement => typeof node === "object" && node !== null;

/** The elements of this name, none when there are none. */
export function children(node: XmlNode, name: string): XmlNode[] {
  if (!isElement(node)) return [];
  const found = node[name];
  if (found === undefined) return [];
  return Array.isArray(found) ? [...found] : [found as XmlNode];
}

/** The first element down a path of names. */
export const at = (node: XmlNode, ...path: readonly string[]): XmlNode =>
  path.reduce<XmlNode>((inner, name) => children(inner, name)[0], node);

/** The text down a path of names, undefined when there is none. */
export function textAt(node: XmlNode, ...path: readonly string[]): string | undefined {
  const found = at(node, ...path);
  const text = isElement(found) ? found["#text"] : found;
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
}
