import { getContext, setContext } from "svelte";
import type { Translate } from "./messages.ts";

const KEY = Symbol("messages");

/** Gives the texts of the reader's language to all components below. */
export const provideMessages = (translate: Translate): Translate => setContext(KEY, translate);

/** The texts of the reader's language. */
export const useMessages = (): Translate => getContext<Translate>(KEY);
