import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { packageFile } from '../../common/package-file.js';
import { COMPANIONS } from './companions/index.js';
import type { FencedBlock } from './fenced-blocks.js';

/** A block as a module of its own. */
export interface BlockProgram {
  readonly block: FencedBlock;
  /** What the page says, with what it takes for granted imported before it and the companion's check behind it */
  readonly code: string;
  /** The same made smaller, to run */
  readonly smaller: string;
  /** Lines of `code` before the first of the block */
  readonly before: number;
}

/** @throws Error where a companion wants to make something smaller that is not in the block */
export function programOf(block: FencedBlock): BlockProgram {
  const { given, smaller: replacements = {} } = COMPANIONS[block.key] ?? {};
  const names = given === undefined ? [] : exportsOf(`${given}.ts`);
  const path = join(packageFile('test/docs/companions'), `${given}.js`).replaceAll('\\', '/');
  const declared = declaredNames(block.text);
  const before = given === undefined ? [] : [`import { ${names.join(', ')} } from '${path}';`];
  const after = names.includes('check')
    ? [`const declared = { ${declared.join(', ')} };`, 'await check(declared);']
    : [];
  const inside = Object.entries(replacements).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${block.key}: the block has no '${from}' to make smaller`);
    return text.replaceAll(from, to);
  }, block.text);
  const moduleOf = (text: string) => [...before, text, ...after, 'export {};', ''].join('\n');
  return { block, code: moduleOf(block.text), smaller: moduleOf(inside), before: before.length };
}

const parse = (name: string, text: string) => ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true);

/** Names of the values that a companion exports. */
function exportsOf(file: string): string[] {
  const source = parse(file, readFileSync(packageFile(`test/docs/companions/${file}`), 'utf8'));
  return source.statements.flatMap((statement) => {
    if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    )
      return statement.exportClause.elements.map(({ name }) => name.text);
    const exported = ts.canHaveModifiers(statement)
      ? ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      : false;
    return exported ? namesIn(statement) : [];
  });
}

/** Names of the values that a block declares, outside of its functions and loops. */
const declaredNames = (text: string): string[] => parse('block.ts', text).statements.flatMap(namesIn);

function namesIn(statement: ts.Statement): string[] {
  if (ts.isFunctionDeclaration(statement)) return [statement.name!.text];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name }) => namesOf(name));
}

function namesOf(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesOf(element.name) : []));
}
