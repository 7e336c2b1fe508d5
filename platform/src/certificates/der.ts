/** The few parts of DER (X.690) that certificates are made of. */

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

/** Lengths above 127 are preceded by the number of their own bytes. */
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes = bigEndian(length);
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

function bigEndian(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => der(0x31, ...parts);
export const boolean = (value: boolean): Buffer => der(0x01, Buffer.of(value ? 0xff : 0));
export const octets = (content: Uint8Array): Buffer => der(0x04, content);
export const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text));

/** A positive number; a leading bit would make it negative. */
export function integer(bytes: Uint8Array): Buffer {
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0;
  return der(0x02, isNegative ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

/** A string of bits whose last `unused` bits do not count. */
export const bits = (content: Uint8Array, unused = 0): Buffer =>
  der(0x03, Buffer.of(unused), content);

/** A value that its context gives a meaning: `[number]`, which holds other values when it is constructed. */
export const tagged = (
  number: number,
  content: Uint8Array,
  kind: "primitive" | "constructed",
): Buffer => der((kind === "constructed" ? 0xa0 : 0x80) | number, content);

/** An object identifier such as `2.5.4.3`. */
export function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

/** A point in time, to the second; RFC 5280 wants two digits of the year until 2049. */
export function time(at: Date): Buffer {
  const text = `${at.toISOString().replaceAll(/[-:T]|\.\d+Z/g, "")}Z`;
  const isShort = at.getUTCFullYear() < 2050;
  return isShort ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
}
