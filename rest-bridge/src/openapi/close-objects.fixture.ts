/** A copy in which every object schema refuses properties that it does not name. */
export function closeObjects<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(closeObjects) as Value;
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, closeObjects(inner)]),
  );
  const open = copy["type"] === "object" && copy["properties"] !== undefined;
  return (open ? { additionalProperties: false, ...copy } : copy) as Value;
}
