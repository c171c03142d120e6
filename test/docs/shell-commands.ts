import { existsSync, readdirSync } from 'node:fs';
import type { Command } from 'commander';
import { createProgram } from '../../cli/program.js';
import { packageFile } from '../../common/package-file.js';
import type { FencedBlock } from './fenced-blocks.js';

/** A command of a shell block, with continued lines joined and comments taken off. */
export interface ShellCommand {
  readonly block: FencedBlock;
  readonly line: number;
  readonly words: readonly string[];
}

/** The commands of a block; `a && b` are two. Of a `console` block those behind `$`: what is between them was printed. */
export function commandsOf(block: FencedBlock): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let [words, word, quote, line, comment]: [string[], string | undefined, string, number, boolean] = [
    [],
    undefined,
    '',
    block.line + 1,
    false,
  ];
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push({ block, line, words });
    words = [];
  };
  const said = (row: string) => /^\$ (.*)/.exec(row)?.[1] ?? '';
  const rows = block.text.split('\n');
  const text = `${(block.language === 'console' ? rows.map(said) : rows).join('\n')}\n`;
  let at = block.line + 1;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (letter === '\n') at++;
    if (comment && letter !== '\n') continue;
    if (quote) {
      if (letter === quote) quote = '';
      else word += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (letter === '\\' && text[i + 1] === '\n') i++;
    else if (letter === '\n' || letter === ';' || text.startsWith('&&', i)) {
      endCommand();
      if (letter === '&') i++;
      comment = false;
      line = at;
    } else if (letter === '#' && word === undefined) comment = true;
    else if (/\s/.test(letter)) endWord();
    else word = (word ?? '') + letter;
  }
  return commands;
}

/** What is wrong with a command, in words, or undefined. */
export type Complaint = Promise<string | undefined>;

/** `fieldsmith …`: command, arguments and options are known, and take the values given. */
export async function fieldsmithComplaint(words: readonly string[]): Complaint {
  const program = createProgram();
  const silent = (command: Command): void => {
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
    if (command.commands.length === 0) command.action(() => {});
    command.commands.forEach(silent);
  };
  silent(program);
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== 'commander.helpDisplayed' && code !== 'commander.version') return message;
  }
  return undefined;
}

/** `npm run NAME`, `npm test`: there is such a script. */
export function npmComplaint(
  words: readonly string[],
  scripts: Readonly<Record<string, string>>,
): string | undefined {
  const [command, name] = words;
  if (['ci', 'install', 'pack'].includes(command)) return undefined;
  const script = command === 'run' ? name : command;
  return script in scripts ? undefined : `package.json has no script '${script}'`;
}

/** `node scripts/…`: the script is there, and so is the example that run-example.mjs is told to run. */
export function nodeComplaint([script, name]: readonly string[]): string | undefined {
  if (!existsSync(packageFile(script))) return `there is no ${script}`;
  if (script === 'scripts/run-example.mjs' && !existsSync(packageFile(`examples/${name}.ts`)))
    return `there is no examples/${name}.ts`;
  return undefined;
}

/** A file that a command names and the repository should have: below one of its own folders. */
export function missingFile(words: readonly string[]): string | undefined {
  const folders = readdirSync(packageFile('.'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['runs', 'dist', 'node_modules'].includes(entry.name))
    .map(({ name }) => name);
  return words.find(
    (word) => folders.some((folder) => word.startsWith(`${folder}/`)) && !existsSync(packageFile(word)),
  );
}
