/**
 * What `Promise.all` returns, but only once each promise has settled; rejects with the failure that came first.
 * For work whose files, connections or pools are removed afterwards: `Promise.all` rejects while the others still
 * use them.
 */
export async function settleAll<T extends readonly unknown[] | []>(
  promises: T,
): Promise<{ -readonly [Place in keyof T]: Awaited<T[Place]> }> {
  const results = Promise.all(promises);
  // It may reject long before it is awaited.
  results.catch(() => undefined);
  await Promise.allSettled(promises);
  return results;
}
