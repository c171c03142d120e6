import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import { FileError } from '../../common/errors.js';
import { mistakesOf } from '../problem/mistakes.js';

const TYPESCRIPT = ['.ts', '.mts'];
const MODULES = ['.js', '.mjs', ...TYPESCRIPT];

/** Whether a file is a program that exports its data, and not YAML. */
export const isModule = (path: string): boolean => MODULES.includes(extname(path).toLowerCase());

/**
 * The default export of a module, which is run for it, checked against a schema. TypeScript is run where Node does that by itself,
 * from 22.18 and 24 on.
 *
 * @throws FileError for a module that is not there, fails, exports nothing as default, or does not fit the schema
 */
export async function readModule<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
  if (!existsSync(path)) throw new FileError(`cannot read ${path}: there is no such file`);
  if (TYPESCRIPT.includes(extname(path).toLowerCase())) requireTypeScript(path);
  const data = await defaultExport(path);
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const sentences = mistakesOf(result.error, schema, data).map(({ sentence }) => `${path}: ${sentence}`);
  throw new FileError(sentences.join('\n'));
}

function requireTypeScript(path: string): void {
  // 'strip' or 'transform' where Node runs TypeScript; false or unknown where not
  const { typescript } = process.features as { readonly typescript?: string | false };
  if (typescript) return;
  throw new FileError(
    `${path}: Node ${process.versions.node} runs no TypeScript; use Node 22.18 or later, or write it as .mjs or .yaml`,
  );
}

async function defaultExport(path: string): Promise<unknown> {
  let exported: Record<string, unknown>;
  try {
    exported = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (cause) {
    const reason = `${path}: this program fails: ${(cause as Error)?.message ?? cause}`;
    throw new FileError(`${reason}${hintOf(path, cause)}`, { cause });
  }
  if ('default' in exported) return exported.default;
  throw new FileError(
    `${path}: export the problem as default, as in 'export default { … }'; it exports ${Object.keys(exported).join(', ') || 'nothing'}`,
  );
}

/** npm writes "type": "commonjs" into new projects, under which .ts and .js files are no modules. */
function hintOf(path: string, cause: unknown): string {
  const extension = extname(path);
  const takenForCommonJs =
    cause instanceof SyntaxError &&
    /import statement outside a module|Unexpected token 'export'/.test(cause.message);
  if (!takenForCommonJs || !/^\.(ts|js)$/i.test(extension)) return '';
  return `; name it ${path.slice(0, -2)}m${extension.slice(1)}, or say "type": "module" in package.json`;
}
