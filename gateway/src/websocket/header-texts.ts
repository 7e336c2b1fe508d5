/** Values a client has put in the place of headers. Only texts can be headers, whatever else it sends. */
export const headerTexts = (values: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values ?? {}).flatMap(([name, value]): [string, string][] =>
      typeof value === "string" ? [[name.toLowerCase(), value]] : [],
    ),
  );
