import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../cli/program.js';
import { runInProcess } from './in-process.js';

const commands = createProgram().commands.map((command) => ({
  name: command.name(),
  flags: command.options.map(({ long }) => long),
  /** Options that it cannot do without */
  needed: command.options.filter(({ mandatory }) => mandatory).flatMap(({ long }) => [long!, 'x']),
}));
const named = commands.map(({ name }) => name);

describe('every command', () => {
  it('is there', () => {
    const wanted =
      'mesh convert train evaluate export solve control rollout view serve doctor demo completion'.split(' ');
    expect(wanted.filter((name) => !named.includes(name))).toEqual([]);
  });

  it.each(named)('%s: help with an example on standard output, code 0', async (name) => {
    const { code, output, errors } = await runInProcess(name, '--help');
    expect(code).toBe(0);
    expect(errors).toBe('');
    expect(output).toMatch(new RegExp(`Usage: fieldsmith ${name}`));
    expect(output).toMatch(/Examples?: /);
    expect(output).toMatch(new RegExp(`Examples?: .*fieldsmith ${name}`));
  });

  it.each(named)('%s takes --json', (name) => {
    expect(commands.find((command) => command.name === name)!.flags).toContain('--json');
  });

  it.each(commands)(
    '$name with an unknown option: one line and where to find help, code 2',
    async ({ name, needed }) => {
      const { code, output, errors } = await runInProcess(name, '--bogus', ...needed);
      expect(code).toBe(2);
      expect(output).toBe('');
      expect(errors).toMatch(/^error: unknown option '--bogus'/);
      expect(errors).toContain('(add --help for the options)');
    },
  );

  it('an unknown command: the nearest one', async () => {
    const { code, errors } = await runInProcess('sovle');
    expect(code).toBe(2);
    expect(errors).toMatch(/unknown command 'sovle'[\s\S]*Did you mean solve\?/);
  });

  it('no command: the list of them, code 2', async () => {
    const { code, errors } = await runInProcess();
    expect(code).toBe(2);
    expect(errors).toMatch(/Commands:/);
  });

  it('--version', async () => {
    const { code, output } = await runInProcess('--version');
    expect(code).toBe(0);
    expect(output).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('fieldsmith completion', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'completion-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const hasShell = (shell: string) => {
    try {
      execFileSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };

  /** What bash offers for a line that ends where the cursor is. */
  async function offered(line: string): Promise<string[]> {
    const { output } = await runInProcess('completion', 'bash');
    const words = line.split(' ');
    const script = `${output}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_fieldsmith
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const path = join(folder, 'complete.sh');
    writeFileSync(path, script);
    return execFileSync('bash', [path], { encoding: 'utf8' }).split('\n').filter(Boolean);
  }

  it.runIf(hasShell('bash'))('bash: commands, options, values; files where neither', async () => {
    expect((await offered('fieldsmith ')).filter((word) => !word.startsWith('-')).sort()).toEqual(
      [...named, 'help'].sort(),
    );
    expect(await offered('fieldsmith ev')).toEqual(['evaluate']);
    expect(await offered('fieldsmith solve --to')).toEqual(['--tolerance']);
    expect(await offered('fieldsmith train --task ')).toEqual([
      'dirichlet',
      'neumann',
      'random-bc',
      'cube',
      'control',
    ]);
    expect(await offered('fieldsmith mesh --length-unit m')).toEqual(['m', 'mm']);
    expect(await offered('fieldsmith completion ')).toEqual(['bash', 'zsh', 'fish']);
    expect(await offered('fieldsmith solve pla')).toEqual([]);
    expect(await offered('fieldsmith solve --model ')).toEqual([]);
  });

  it.each(['bash', 'zsh', 'fish'])('%s: every option of every command is in the script', async (shell) => {
    const { code, output } = await runInProcess('completion', shell);
    expect(code).toBe(0);
    for (const { name, flags } of commands) {
      expect(output).toContain(name);
      for (const flag of flags) expect(output).toContain(shell === 'fish' ? `-l ${flag!.slice(2)}` : flag!);
    }
  });

  it.each(['bash', 'zsh', 'fish'].filter(hasShell))('%s reads the script', async (shell) => {
    const path = join(folder, `script.${shell}`);
    writeFileSync(path, (await runInProcess('completion', shell)).output);
    expect(() => execFileSync(shell, ['-n', path])).not.toThrow();
  });

  it('--json: every command and option as data, for other shells', async () => {
    const { code, output } = await runInProcess('completion', '--json');
    expect(code).toBe(0);
    const described = JSON.parse(output) as { name: string; options: { flags: string[] }[] }[];
    expect(described.map(({ name }) => name)).toEqual(named);
    for (const { name, flags } of commands) {
      const found = described.find((each) => each.name === name)!.options.flatMap((option) => option.flags);
      expect(found).toEqual(expect.arrayContaining([...flags, '--help']));
    }
    const without = await runInProcess('completion');
    expect([without.code, without.output]).toEqual([2, '']);
    expect(without.errors).toMatch(/name a shell: bash, zsh, fish/);
  });

  it('another shell: the three', async () => {
    const { code, errors } = await runInProcess('completion', 'powershell');
    expect(code).toBe(2);
    expect(errors).toMatch(/Allowed choices are bash, zsh, fish/);
  });
});
