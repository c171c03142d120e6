/** A place in source code. */
export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `at f (file:1:2)`, `at file:1:2` of V8; `f@file:1:2` of the other browsers. */
const FRAME = /^(?:\s*at (?:async )?(?:.*\()?|[^@]*@)(.+?):(\d+):(\d+)\)?$/;

const pathOf = (file: string): string => decodeURI(file.replace(/^file:\/\//, '').replace(/\?.*$/, ''));
const OWN_FILE = pathOf(import.meta.url);
/** Folder above `runtime/` (sources) or `dist/` (the built package). */
const OWN_ROOT = OWN_FILE.replace(/\/(?:dist\/[^/]+|runtime)\/[^/]*$/, '/');

/** Whether a file is TensorFlow.js, this folder, the bundle they are part of, or the platform. */
const isLibrary = (file: string): boolean =>
  /@tensorflow[\\/]|[\\/]tfjs-core[\\/]|^node:|^<|^native$/.test(file) ||
  file === OWN_FILE ||
  file.startsWith(`${OWN_ROOT}runtime/`) ||
  file.startsWith(`${OWN_ROOT}dist/`);

/**
 * The first place of a stack that is neither TensorFlow.js nor this folder: the line that called the operation.
 * Bundled files are followed to their sources where a map lies beside them. Undefined when there is none, as on a page
 * whose script holds everything in one file.
 *
 * @param until a function name at which the search ends
 */
export function callerFrame(stack: string, until?: string): Frame | undefined {
  for (const text of stack.split('\n')) {
    if (until && text.includes(until)) return undefined;
    const match = FRAME.exec(text);
    if (!match) continue;
    const frame = original({ file: pathOf(match[1]), line: Number(match[2]), column: Number(match[3]) });
    if (!isLibrary(frame.file)) return frame;
  }
  return undefined;
}

/** Whether an error was thrown by TensorFlow.js or this folder, and not by the function that is being compiled. */
export function thrownByLibrary(stack: string): boolean {
  const match = stack
    .split('\n')
    .map((text) => FRAME.exec(text))
    .find((frame) => frame && !frame[1].startsWith('node:'));
  return match != null && isLibrary(pathOf(match[1]));
}

interface SourceMap {
  findEntry(line: number, column: number): object;
}
const maps = new Map<string, SourceMap | undefined>();

function original(frame: Frame): Frame {
  const entry = sourceMap(frame.file)?.findEntry(frame.line - 1, frame.column - 1) as
    | { originalSource?: string; originalLine: number; originalColumn: number }
    | undefined;
  if (!entry?.originalSource) return frame;
  return {
    file: pathOf(new URL(entry.originalSource, `file://${frame.file}`).href),
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  };
}

/** Read from the file beside it: Node maps stacks itself only when it was started to do so. */
function sourceMap(file: string): SourceMap | undefined {
  if (!maps.has(file)) maps.set(file, readSourceMap(file));
  return maps.get(file);
}

function readSourceMap(file: string): SourceMap | undefined {
  if (typeof process === 'undefined' || !/\.[cm]?js$/.test(file)) return undefined;
  const [files, modules] = [process.getBuiltinModule?.('node:fs'), process.getBuiltinModule?.('node:module')];
  if (!files || !modules) return undefined;
  try {
    return new modules.SourceMap(JSON.parse(files.readFileSync(`${file}.map`, 'utf8')));
  } catch {
    return undefined;
  }
}
