/** How the pages look to one reader, and which keys they take; kept in a cookie, so that the first paint has it. */
export interface Appearance {
  /** Of the system unless chosen. */
  readonly theme: "system" | "light" | "dark";
  readonly density: "comfortable" | "compact";
  /** Whether single keys are shortcuts; those with Ctrl or Cmd always are. */
  readonly keys: "single" | "none";
  /** Whether this browser keeps copies of pages for reading without a connection. */
  readonly offline: "off" | "on";
  /** Whether amounts are hidden, for pages that others look at, too. */
  readonly amounts: "shown" | "hidden";
}

export const THEMES = ["system", "light", "dark"] as const;
export const DENSITIES = ["comfortable", "compact"] as const;
export const KEYS = ["single", "none"] as const;
export const OFFLINE = ["off", "on"] as const;
const AMOUNTS = ["shown", "hidden"] as const;

/** The fields of a form that changes it, in the order of the cookie. */
export const APPEARANCE_FIELDS = ["theme", "density", "keys", "offline", "amounts"] as const;

/** The cookie that keeps it, as `dark.compact.single.off.shown`. */
export const APPEARANCE_COOKIE = "__Host-appearance";

/** Reads a cookie or the choices of a form; what is neither is the default. */
export function readAppearance(text: string | undefined): Appearance {
  const [theme, density, keys, offline, amounts] = (text ?? "").split(".");
  return {
    theme: THEMES.find((each) => each === theme) ?? "system",
    density: DENSITIES.find((each) => each === density) ?? "comfortable",
    keys: KEYS.find((each) => each === keys) ?? "single",
    offline: OFFLINE.find((each) => each === offline) ?? "off",
    amounts: AMOUNTS.find((each) => each === amounts) ?? "shown",
  };
}

export const writeAppearance = (appearance: Appearance): string =>
  APPEARANCE_FIELDS.map((field) => appearance[field]).join(".");

/** The attributes of the page's root element. */
export const appearanceAttributes = ({ theme, density }: Appearance): string =>
  `data-theme="${theme}" data-density="${density}"`;
