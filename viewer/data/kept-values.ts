/** Values by a key, each computed when first asked for. */
export type Kept<T> = (key: string, compute: () => T) => T;

/** Keeps the `limit` values asked for last. */
export function keptValues<T>(limit: number): Kept<T> {
  const values = new Map<string, T>();
  return (key, compute) => {
    const found = values.get(key);
    const value = found === undefined ? compute() : found;
    values.delete(key);
    values.set(key, value);
    if (values.size > limit) values.delete(values.keys().next().value!);
    return value;
  };
}
