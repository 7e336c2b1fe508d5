/** How the pages look to one reader; kept in a cookie, so that the first paint has it. */
export interface Appearance {
  /** Of the system unless chosen. */
  readonly theme: "system" | "light" | "dark";
  readonly density: "comfortable" | "compact";
}

export const THEMES = ["system", "light", "dark"] as const;
export const DENSITIES = ["comfortable", "compact"] as const;

/** The cookie that keeps it, as `dark.compact`. */
export const APPEARANCE_COOKIE = "__Host-appearance";

/** Reads a cookie or two choices of a form; what is neither is the default. */
export function readAppearance(text: string | undefined): Appearance {
  const [theme, density] = (text ?? "").split(".");
  return {
    theme: THEMES.find((each) => each === theme) ?? "system",
    density: DENSITIES.find((each) => each === density) ?? "comfortable",
  };
}

export const writeAppearance = ({ theme, density }: Appearance): string => `${theme}.${density}`;

/** The attributes of the page's root element. */
export const appearanceAttributes = ({ theme, density }: Appearance): string =>
  `data-theme="${theme}" data-density="${density}"`;
