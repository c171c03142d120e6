import { readFileSync } from 'node:fs';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { FileError } from '../../common/errors.js';
import { nearest } from './nearest.js';
import { type ProblemFile, problemSchema } from './problem-schema.js';
import { keysAt } from './schema-keys.js';

/**
 * Reads a control problem. Every error names line, key, what was meant and what is allowed.
 *
 * @throws FileError when the file cannot be read, is no YAML, or says something that the schema does not
 */
export function readProblem(path: string): ProblemFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new FileError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  return parseProblem(text, path);
}

export function parseProblem(text: string, path: string): ProblemFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new FileError(`${path}:${line}:${col}: this is no YAML: ${broken.message}`);
  }
  const data = document.toJS({ maxAliasCount: 100 }) as unknown;
  const result = problemSchema.safeParse(data);
  if (result.success) return result.data;
  const lineOf: LineOf = (at, key) => {
    const parent = document.getIn(at, true);
    const pair =
      key !== undefined && parent && typeof parent === 'object' && 'items' in parent
        ? (parent.items as { key?: { value?: unknown; range?: [number, number, number] } }[]).find(
            (item) => String(item.key?.value) === key,
          )?.key
        : undefined;
    const offset = pair?.range?.[0] ?? (isNode(parent) ? parent.range?.[0] : undefined);
    // of what is missing, the line of what it is missing in
    if (offset === undefined) return at.length > 0 ? lineOf(at.slice(0, -1)) : 1;
    return lines.linePos(offset).line;
  };
  const sentences = result.error.issues.flatMap((issue) => sentencesOf(issue, data, lineOf));
  throw new FileError(sentences.map((sentence) => `${path}:${sentence}`).join('\n'));
}

type Issue = z.core.$ZodIssue;
type LineOf = (at: readonly PropertyKey[], key?: string) => number;

function sentencesOf(issue: Issue, data: unknown, lineOf: LineOf): string[] {
  const { path } = issue;
  const place = shownPath(path);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(problemSchema, path, data);
    return issue.keys.map((key) => {
      const meant = nearest(key, known);
      const where = path.length > 0 ? ` in ${place}` : '';
      return `${lineOf(path, key)}: unknown key '${key}'${where}${meant ? `; did you mean '${meant}'?` : ''} Allowed: ${known.join(', ')}`;
    });
  }
  const value = valueAt(data, path);
  const line = lineOf(path);
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    const meant = typeof value === 'string' ? nearest(value, allowed) : undefined;
    const found = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
    return [
      `${line}: ${place} ${found}${meant ? `; did you mean '${meant}'?` : ';'} Allowed: ${allowed.join(', ')}`,
    ];
  }
  if (value === undefined)
    return [`${line}: ${place} is missing; ${issue.message.replace(/^Invalid input: /, '')}`];
  return [`${line}: ${place} is ${JSON.stringify(value)}: ${issue.message.replace(/^Invalid input: /, '')}`];
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
