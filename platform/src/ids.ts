import { v7, validate } from "uuid";

/** A new time-ordered UUID (version 7). Made at the edge only, never inside a decision. */
export const newId = (): string => v7();

/** True for any RFC 9562 UUID in its lower-case text form. */
export const isId = (text: string): boolean => validate(text) && text === text.toLowerCase();
