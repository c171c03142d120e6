import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { packageFile } from '../../common/package-file.js';
import type { BlockProgram } from './block-program.js';

/**
 * What TypeScript has against blocks, `PAGE:LINE: message`, with the settings of the package and the types of its entry
 * points. Programs are written into `folder` for it.
 */
export function typeErrors(programs: readonly BlockProgram[], folder: string): string[] {
  const { config } = ts.readConfigFile(packageFile('tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: [] },
    ts.sys,
    packageFile('.'),
  );
  mkdirSync(folder, { recursive: true });
  const files = programs.map(({ code }, i) => {
    const path = join(folder, `block-${i}.ts`);
    writeFileSync(path, code);
    return path;
  });
  const program = ts.createProgram(files, { ...options, typeRoots: [packageFile('node_modules/@types')] });
  return files.flatMap((path, i) => {
    const source = program.getSourceFile(path)!;
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const { block, before } = programs[i];
      const line = block.line + 1 + source.getLineAndCharacterOfPosition(start).line - before;
      return `${block.page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}
