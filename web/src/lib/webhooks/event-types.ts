/** Types of events as entered, one in a line or between commas; null for every type. */
export function eventTypesOf(text: string): string[] | null {
  const types = text.split(/[\s,;]+/).filter(Boolean);
  return types.length === 0 ? null : [...new Set(types)];
}
