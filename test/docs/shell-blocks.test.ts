import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { allBlocks } from './fenced-blocks.js';
import {
  commandsOf,
  fieldsmithComplaint,
  missingFile,
  nodeComplaint,
  npmComplaint,
  type ShellCommand,
} from './shell-commands.js';

const { scripts } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8'));
const commands = allBlocks()
  .filter(({ language }) => /^(sh|console)$/.test(language))
  .flatMap(commandsOf);

/** Programs whose lines are the reader's system's and are not checked here, and what checks them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  curl: 'requests of docs/service.md, which test/docs/service-blocks.test.ts sends',
  open: 'opens a file with what the system has for it',
  openssl: 'makes a random token',
  python3: 'test/operators/official-arrays.ts runs the line',
  source: 'reads what `fieldsmith completion` prints, which test/cli tests',
  bash: 'a script of the repository, which CI runs',
  cd: 'changes the folder',
  mkdir: 'makes a folder',
  chmod: 'rights of a file',
};

async function complaintAbout({ words }: ShellCommand): Promise<string | undefined> {
  const [program, ...rest] = words;
  const missing = missingFile(words.flatMap((word) => word.split('=').at(-1)!));
  if (missing) return `there is no ${missing}`;
  if (program === 'npx' && rest[0] === 'fieldsmith')
    return fieldsmithComplaint(beforeRedirection(rest.slice(1)));
  if (program === 'fieldsmith') return fieldsmithComplaint(beforeRedirection(rest));
  if (program === 'npm') return npmComplaint(rest, scripts);
  if (program === 'npx') return undefined;
  if (program === 'node') return nodeComplaint(rest);
  return program in ELSEWHERE ? undefined : `'${program}' is neither checked nor listed as checked elsewhere`;
}

const beforeRedirection = (words: readonly string[]): readonly string[] => {
  const end = words.findIndex((word) => /^[>|]/.test(word));
  return end < 0 ? words : words.slice(0, end);
};

describe('shell commands on the pages', () => {
  it('exist, with their options, their scripts and the files of the repository that they name', async () => {
    const complaints: string[] = [];
    for (const command of commands) {
      const complaint = await complaintAbout(command);
      if (complaint) complaints.push(`${command.block.page}:${command.line}: ${complaint}`);
    }
    expect(complaints).toEqual([]);
    expect(commands.length).toBeGreaterThan(40);
  });

  it('is checked for what it should find', async () => {
    expect(await fieldsmithComplaint(['slove', 'x.yaml'])).toMatch(/unknown command/);
    expect(await fieldsmithComplaint(['solve', 'x.yaml', '--tolarance', '1'])).toMatch(/unknown option/);
    expect(await fieldsmithComplaint(['solve'])).toMatch(/missing required argument/);
    expect(npmComplaint(['run', 'demoo'], scripts)).toMatch(/no script 'demoo'/);
    expect(nodeComplaint(['scripts/run-example.mjs', 'nothing'])).toMatch(/no examples\/nothing/);
    expect(missingFile(['examples/nothing.yaml', 'runs/a', 'part.stl'])).toBe('examples/nothing.yaml');
  });
});

/** Lines that take a few seconds, run as they stand but for where they write. */
const QUICK = [
  'npx fieldsmith solve examples/solve/heated-plate.yaml --out runs/plate.vtu',
  'npx fieldsmith completion zsh',
];

describe('quick commands', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fieldsmith-shell-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(QUICK)('%s', (line) => {
    const said = commands.map(({ words }) => beforeRedirection(words).join(' '));
    expect(said).toContain(line);
    const words = line.split(' ').slice(2);
    const elsewhere = words.map((word) => (word.startsWith('runs/') ? join(folder, word) : word));
    const output = execFileSync(process.execPath, [packageFile('dist/cli/main.js'), ...elsewhere], {
      cwd: packageFile('.'),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(output.length).toBeGreaterThan(40);
  });
});
