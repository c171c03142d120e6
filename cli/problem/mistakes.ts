import type { z } from 'zod';
import { nearest } from './nearest.js';
import { keysAt } from './schema-keys.js';

/** What is wrong at a place of data that do not fit a schema. */
export interface Mistake {
  readonly at: readonly PropertyKey[];
  /** An unknown key there */
  readonly key?: string;
  /** The place by name, what stands there, and what was probably meant or is allowed */
  readonly sentence: string;
}

/** One sentence for each mistake, with the nearest known key or value. */
export function mistakesOf(error: z.ZodError, schema: z.ZodType, data: unknown): Mistake[] {
  return error.issues.flatMap((issue) => mistakesOfIssue(issue, schema, data));
}

function mistakesOfIssue(issue: z.core.$ZodIssue, schema: z.ZodType, data: unknown): Mistake[] {
  const { path: at } = issue;
  const place = shownPath(at);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, at, data);
    return issue.keys.map((key) => {
      const meant = nearest(key, known);
      const where = at.length > 0 ? ` in ${place}` : '';
      const hint = meant ? `; did you mean '${meant}'?` : '';
      return { at, key, sentence: `unknown key '${key}'${where}${hint} Allowed: ${known.join(', ')}` };
    });
  }
  const value = valueAt(data, at);
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    const meant = typeof value === 'string' ? nearest(value, allowed) : undefined;
    const found = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
    const hint = meant ? `; did you mean '${meant}'?` : ';';
    return [{ at, sentence: `${place} ${found}${hint} Allowed: ${allowed.join(', ')}` }];
  }
  const message = issue.message.replace(/^Invalid input: /, '');
  if (value === undefined) return [{ at, sentence: `${place} is missing; ${message}` }];
  return [{ at, sentence: `${place} is ${excerpt(value)}: ${message}` }];
}

function excerpt(value: unknown): string {
  // a program may export what JSON does not know
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | undefined | null)?.[key];
  return value;
}

function shownPath(path: readonly PropertyKey[]): string {
  return (
    path.reduce<string>(
      (text, key) =>
        typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
      '',
    ) || 'the file'
  );
}
