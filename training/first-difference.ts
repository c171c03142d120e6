/** Longest text of a value in a message. */
const SHOWN = 80;

/**
 * Where two values, given as JSON texts, first differ, in words: `operator.options.rank is 24 in the file and 12 here`. Configurations
 * hold whole operators and tasks, which nobody can compare by eye. A missing text is said to be missing.
 */
export function firstDifference(name: string, before: string | undefined, now: string | undefined): string {
  const [a, b] = [parse(before), parse(now)];
  const difference = descend(name, a, b);
  return `${difference.path} is ${show(difference.before)} in the file and ${show(difference.now)} here`;
}

function descend(
  path: string,
  before: unknown,
  now: unknown,
): { path: string; before: unknown; now: unknown } {
  if (isRecord(before) && isRecord(now)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
      if (JSON.stringify(before[key]) !== JSON.stringify(now[key])) {
        return descend(`${path}.${key}`, before[key], now[key]);
      }
    }
  }
  return { path, before, now };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Texts that are not JSON stand for themselves. */
function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

function show(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
