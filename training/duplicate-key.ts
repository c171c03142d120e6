/** A string, or a sign that opens, closes or separates. Numbers, true, false and null say nothing about keys. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/**
 * A name that an object of a JSON text has twice, which JSON.parse takes in silence: the later entry hides the earlier one,
 * and other readers may do the opposite. The text has to be valid JSON.
 */
export function duplicateKey(json: string): string | undefined {
  /** Names seen in each open object; null for a list. */
  const open: (Set<string> | null)[] = [];
  let candidate: string | undefined;
  for (const [token] of json.matchAll(TOKEN)) {
    const names = open.at(-1);
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && candidate !== undefined && names) {
      const name = JSON.parse(candidate) as string;
      if (names.has(name)) return name;
      names.add(name);
    }
    candidate = token.startsWith('"') ? token : undefined;
  }
  return undefined;
}
