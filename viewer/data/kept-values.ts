/** Values by a key, each computed when first asked for. */
export interface Kept<T> {
  (key: string, compute: () => T): T;
  /** Lets go of the values whose key holds a text. */
  forget(text: string): void;
}

/** Keeps the `limit` values asked for last. */
export function keptValues<T>(limit: number): Kept<T> {
  const values = new Map<string, T>();
  const keep = (key: string, compute: () => T) => {
    const found = values.get(key);
    const value = found === undefined ? compute() : found;
    values.delete(key);
    values.set(key, value);
    if (values.size > limit) values.delete(values.keys().next().value!);
    return value;
  };
  return Object.assign(keep, {
    forget: (text: string) => {
      for (const key of values.keys()) if (key.includes(text)) values.delete(key);
    },
  });
}
