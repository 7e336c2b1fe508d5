import { piecesOf, type LongText } from "./long-file.ts";
import { StatementFaults, invalidStatement } from "./statement.ts";

/** An element of an XML document, without the prefix of its name. */
export interface XmlElement {
  readonly name: string;
  /** Line in the file, from 1. */
  readonly line: number;
  /** By their names, with prefixes. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly members: XmlElement[];
  text: string;
}

/** What takes an element over as soon as it is whole; it is not kept in the document then. */
export type TakeElement = (element: XmlElement, parent: XmlElement) => void;

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();
const MOST_DEPTH = 64;
const NAME = /(?:[\p{L}_][\p{L}\p{N}_.-]*:)?([\p{L}_][\p{L}\p{N}_.-]*)/uy;
const ATTRIBUTE = /\s+([\p{L}_][\p{L}\p{N}_.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy;
const TAG_END = /\s*(\/?)>/y;

/**
 * Reads an XML document of a bank in one pass: elements named in `take` are handed over and dropped, so that a long
 * statement needs no more memory than one entry. Document types are refused, and with them every declared entity.
 */
export function readXml(
  content: string | LongText,
  take: Readonly<Record<string, TakeElement>>,
): XmlElement {
  const reader = new XmlReader(piecesOf(content), new Map(Object.entries(take)));
  return reader.read();
}

/** No tag of a bank's document is longer: so much of a long text is in memory ahead of what is read. */
const MOST_TAG = 65_536;

/** Reads through a window on the text: what was read is dropped when the next piece comes. */
class XmlReader {
  #content = "";
  readonly #pieces: Iterator<string>;
  readonly #take: ReadonlyMap<string, TakeElement>;
  readonly #open: { readonly element: XmlElement; readonly tag: string }[] = [];
  #root: XmlElement | undefined;
  // Places in the window.
  #at = 0;
  #lineStart = 0;
  #lineEnd = -1;
  #line = 1;

  constructor(pieces: Iterable<string>, take: ReadonlyMap<string, TakeElement>) {
    this.#pieces = pieces[Symbol.iterator]();
    this.#take = take;
    this.#fill();
    if (this.#content.startsWith("\uFEFF")) this.#at = 1;
  }

  read(): XmlElement {
    while (this.#at < this.#content.length || this.#fill()) {
      const tag = this.#find("<", 0);
      const length = tag ?? this.#content.length - this.#at;
      this.#readText(this.#content.slice(this.#at, this.#at + length));
      this.#moveTo(this.#at + length);
      if (tag !== undefined) this.#readMarkup();
    }
    const inner = this.#open.at(-1);
    if (inner !== undefined) this.#refuse(`<${inner.tag}> has no end`);
    return this.#root ?? this.#refuse("it has no element");
  }

  /** Takes the next piece of the text; false behind the last one. */
  #fill(): boolean {
    const next = this.#pieces.next();
    if (next.done === true) return false;
    const kept = this.#content.slice(this.#at);
    this.#content = kept + next.value;
    this.#lineStart -= this.#at;
    this.#lineEnd =
      this.#lineEnd === -1 ? this.#content.indexOf("\n", kept.length) : this.#lineEnd - this.#at;
    this.#at = 0;
    return true;
  }

  /** How far ahead a mark is, from a distance on; undefined when none follows. */
  #find(mark: string, from: number): number | undefined {
    let searched = from;
    for (;;) {
      const found = this.#content.indexOf(mark, this.#at + searched);
      if (found !== -1) return found - this.#at;
      searched = Math.max(from, this.#content.length - this.#at - mark.length + 1);
      if (!this.#fill()) return undefined;
    }
  }

  #readMarkup(): void {
    while (this.#content.length - this.#at < MOST_TAG && this.#fill());
    const content = this.#content;
    const [first, second] = [content.charAt(this.#at + 1), content.charAt(this.#at + 2)];
    if (first === "/") this.#readEnd();
    else if (first === "?") this.#moveBehind("?>");
    else if (first !== "!") this.#readStart();
    else if (second === "-" && content.startsWith("<!--", this.#at)) this.#moveBehind("-->");
    else if (second === "[" && content.startsWith("<![CDATA[", this.#at)) this.#readCharacterData();
    else throw invalidStatement("A document type declaration (DOCTYPE) is not accepted.");
  }

  #readStart(): void {
    const found = this.#match(NAME, this.#at + 1);
    const name = found?.[1] ?? this.#refuse("a tag has no name");
    const tag = found?.[0] ?? name;
    const element = { name, line: this.#line, members: [], text: "" };
    const { attributes, end, isEmpty } = this.#readAttributes(this.#at + 1 + tag.length);
    if (this.#open.length >= MOST_DEPTH) this.#refuse("elements are nested too deep");
    if (this.#root !== undefined && this.#open.length === 0)
      this.#refuse("a second element follows the document");
    const whole: XmlElement = { ...element, attributes };
    this.#root ??= whole;
    this.#open.push({ element: whole, tag });
    this.#moveTo(end);
    if (isEmpty) this.#close();
  }

  #readAttributes(from: number) {
    let end = from;
    let attributes: Map<string, string> | undefined;
    for (;;) {
      const found = this.#match(ATTRIBUTE, end);
      if (found === null) break;
      attributes ??= new Map<string, string>();
      attributes.set(found[1] ?? "", this.#unescape(found[2] ?? found[3] ?? ""));
      end = ATTRIBUTE.lastIndex;
    }
    const closing = this.#match(TAG_END, end) ?? this.#refuse("a tag does not end");
    return {
      attributes: attributes ?? NO_ATTRIBUTES,
      end: TAG_END.lastIndex,
      isEmpty: closing[1] === "/",
    };
  }

  #readEnd(): void {
    const close = this.#content.indexOf(">", this.#at);
    const tag = this.#content.slice(this.#at + 2, close).trimEnd();
    const inner = this.#open.at(-1);
    if (close === -1 || inner === undefined || inner.tag !== tag)
      this.#refuse(`</${tag.slice(0, 40)}> ends no open element`);
    this.#moveTo(close + 1);
    this.#close();
  }

  #close(): void {
    const { element } = this.#open.pop() ?? this.#refuse("nothing is open");
    const parent = this.#open.at(-1)?.element;
    if (parent === undefined) return;
    const take = this.#take.get(element.name);
    if (take === undefined) parent.members.push(element);
    else take(element, parent);
  }

  #readCharacterData(): void {
    const end = this.#find("]]>", 0) ?? this.#refuse("character data does not end");
    this.#addText(this.#content.slice(this.#at + 9, this.#at + end));
    this.#moveTo(this.#at + end + 3);
  }

  #readText(text: string): void {
    if (text !== "") this.#addText(this.#unescape(text));
  }

  #addText(text: string): void {
    const inner = this.#open.at(-1)?.element;
    if (inner !== undefined) inner.text += text;
    else if (text.trim() !== "") this.#refuse("text stands outside the document");
  }

  #unescape(text: string): string {
    if (!text.includes("&")) return text;
    return text.replace(/&([^;&]{0,10});?/g, (whole, name: string) => {
      const sign = whole.endsWith(";") ? signOf(name) : undefined;
      return sign ?? this.#refuse(`"${whole.slice(0, 20)}" is no entity of XML`);
    });
  }

  #match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    return pattern.exec(this.#content);
  }

  #moveBehind(mark: string): void {
    const found = this.#find(mark, 0) ?? this.#refuse(`"${mark}" is missing`);
    this.#moveTo(this.#at + found + mark.length);
  }

  #moveTo(at: number): void {
    while (this.#lineEnd !== -1 && this.#lineEnd < at) {
      this.#line += 1;
      this.#lineStart = this.#lineEnd + 1;
      this.#lineEnd = this.#content.indexOf("\n", this.#lineStart);
    }
    this.#at = at;
  }

  #refuse(reason: string): never {
    const faults = new StatementFaults();
    const column = Math.max(1, this.#at - this.#lineStart + 1);
    faults.add({ line: this.#line, column }, `the XML cannot be read: ${reason}`);
    return faults.refuse();
  }
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function signOf(name: string): string | undefined {
  if (Object.hasOwn(NAMED, name)) return NAMED[name];
  const [, hex, decimal] = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
  if (hex === undefined && decimal === undefined) return undefined;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code <= 0x10ffff && code > 0 ? String.fromCodePoint(code) : undefined;
}

/** The members of this name. */
export const children = (element: XmlElement | undefined, name: string): XmlElement[] =>
  element === undefined ? [] : element.members.filter((member) => member.name === name);

/** The first element down a path of names. */
export const at = (
  element: XmlElement | undefined,
  ...path: readonly string[]
): XmlElement | undefined =>
  path.reduce<XmlElement | undefined>(
    (inner, name) => inner?.members.find((member) => member.name === name),
    element,
  );

/** The text down a path of names; undefined when there is none. */
export function textAt(
  element: XmlElement | undefined,
  ...path: readonly string[]
): string | undefined {
  const text = at(element, ...path)?.text.trim() ?? "";
  return text === "" ? undefined : text;
}

/** The first element of this name in the document, however deep. */
export function firstWithin(element: XmlElement, name: string): XmlElement | undefined {
  if (element.name === name) return element;
  for (const member of element.members) {
    const found = firstWithin(member, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
