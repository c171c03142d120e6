import { readFileSync } from 'node:fs';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { FileError } from '../../common/errors.js';
import { mistakesOf } from './mistakes.js';

/**
 * Reads a YAML file that a schema describes. Every error names line, key, what was meant and what is allowed.
 *
 * @throws FileError when the file cannot be read, is no YAML, or says something that the schema does not
 */
export function readYaml<T extends z.ZodType>(path: string, schema: T): z.infer<T> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new FileError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  return parseYaml(text, path, schema);
}

/** The same for the text of a file; `path` is what errors call it. */
export function parseYaml<T extends z.ZodType>(text: string, path: string, schema: T): z.infer<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new FileError(`${path}:${line}:${col}: this is no YAML: ${broken.message}`);
  }
  const data = plainData(document, path);
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const lineOf = linesOf(document, lines);
  const sentences = mistakesOf(result.error, schema, data).map(
    ({ at, key, sentence }) => `${path}:${lineOf(at, key)}: ${sentence}`,
  );
  throw new FileError(sentences.join('\n'));
}

function plainData(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new FileError(`${path}: this is no YAML: ${(cause as Error).message}`, { cause });
  }
}

type LineOf = (at: readonly PropertyKey[], key?: string) => number;

/** The line that a place of the data stands in; of what is missing, that of what it is missing in. */
function linesOf(document: Document.Parsed, lines: LineCounter): LineOf {
  const lineOf: LineOf = (at, key) => {
    const parent = document.getIn(at, true);
    const pair =
      key !== undefined && parent && typeof parent === 'object' && 'items' in parent
        ? (parent.items as { key?: { value?: unknown; range?: [number, number, number] } }[]).find(
            (item) => String(item.key?.value) === key,
          )?.key
        : undefined;
    const offset = pair?.range?.[0] ?? (isNode(parent) ? parent.range?.[0] : undefined);
    if (offset === undefined) return at.length > 0 ? lineOf(at.slice(0, -1)) : 1;
    return lines.linePos(offset).line;
  };
  return lineOf;
}
