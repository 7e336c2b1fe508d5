/**
 * The numbers of a typed array as a list, as simple-statistics takes them, each changed on the
 * way. A loop: `Array.from` of a typed array goes through its iterator, which is slower.
 */
export function listOf(values: Float64Array, change?: (value: number) => number): number[] {
  const list: number[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    list.push(change === undefined ? value : change(value));
  }
  return list;
}
