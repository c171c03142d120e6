import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCommand } from '../cli/start-command.js';
import { SHORT_JOB } from './running-service.js';

const TOKEN = 'c0ffee-c0ffee-c0ffee-c0ffee';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldsmith-serve-'));
  writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The command once it says where it listens. */
async function started(args: readonly string[]) {
  let listening: (url: string) => void = () => {};
  const url = new Promise<string>((resolve) => {
    listening = resolve;
  });
  const { child, ended } = startCommand(folder, ['serve', '--port', '0', ...args], (errors) => {
    const found = /http:\/\/\S+/.exec(errors);
    if (found) listening(found[0]);
  });
  return {
    url: await Promise.race([url, ended.then(({ errors }) => Promise.reject(new Error(errors)))]),
    child,
    ended,
  };
}

describe('fieldsmith serve', () => {
  test('serves with a token and a model, logs lines of JSON, and ends when it is told to', async () => {
    const { url, child, ended } = await started([
      '--token-file',
      'token',
      '--model',
      'random-bc',
      '--workers',
      '1',
    ]);
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    expect((await fetch(`${url}/models`)).status).toBe(401);
    const { models } = (await (await fetch(`${url}/models`, { headers })).json()) as {
      models: { name: string }[];
    };
    expect(models.map(({ name }) => name)).toEqual(['random-bc']);
    const body = JSON.stringify(SHORT_JOB);
    const solved = await fetch(`${url}/solve`, { method: 'POST', headers, body });
    expect(((await solved.json()) as { certified: boolean }).certified).toBe(true);
    child.kill('SIGTERM');
    const { code, output } = await ended;
    expect(code).toBe(0);
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ msg }) => msg === 'request').map(({ status }) => status)).toEqual([401, 200, 200]);
    expect(output).not.toContain(TOKEN);
  });

  test.each([
    [['--host', '0.0.0.0'], /can be reached from other machines; give a token/],
    [['--token-file', 'absent'], /cannot read the token file/],
    [['--model', 'absent'], /is no model/],
    [['--port', '99999'], /port must be/],
  ])('%j is an error in a sentence', async (args, sentence) => {
    const { ended } = startCommand(folder, ['serve', '--model', 'random-bc', ...args]);
    const { code, errors } = await ended;
    expect(code).toBe(1);
    expect(errors).toMatch(sentence);
    expect(errors).not.toMatch(/^ {4}at /m);
  });
});
