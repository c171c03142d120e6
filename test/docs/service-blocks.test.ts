import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateMesh, writeVtu } from '../../geometry/index.js';
import { type Service, startService } from '../../server/index.js';
import { blocksOf } from './fenced-blocks.js';
import { commandsOf } from './shell-commands.js';

const python = 'python3';
const run = promisify(execFile);
const hasNumpy = await run(python, ['-c', 'import numpy']).then(
  () => true,
  () => false,
);

/** A part with the regions and patches that the page's problem names, in metres. */
const part = generateMesh(
  {
    outer: {
      vertices: [
        [0, 0],
        [0.03, 0],
        [0.03, 0.03],
        [0, 0.03],
      ],
      patches: ['inlet', 'channel-1', 'channel-2', 'rest'],
    },
    interfaces: [
      {
        name: 'chip',
        vertices: [
          [0.01, 0.01],
          [0.02, 0.01],
          [0.02, 0.02],
          [0.01, 0.02],
        ],
        closed: true,
        region: 'chip',
      },
    ],
    regions: [{ name: 'spreader', point: [0.001, 0.001] }],
  },
  { cellCount: 200 },
);

const blocks = blocksOf('docs/service.md');
const requests = blocks
  .flatMap((block) => (block.language === 'sh' ? commandsOf(block) : []))
  .filter(({ words }) => words[0] === 'curl' && words.includes('-d'));

describe('requests of docs/service.md', () => {
  let service: Service;
  let id: string;
  beforeAll(async () => {
    service = await startService({ port: 0, workers: 1, models: ['random-bc'], log: { level: 'error' } });
    const answer = await fetch(`${service.url}/meshes`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: writeVtu(part) as unknown as BodyInit,
    });
    ({ id } = (await answer.json()) as { id: string });
  });
  afterAll(() => service?.close());

  it.each(requests.map(({ words, line }) => [line, words] as const))('line %i', async (_, words) => {
    const address = words.find((word) => word.startsWith('localhost'))!;
    const answer = await fetch(address.replace(/^localhost:\d+/, service.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: words[words.indexOf('-d') + 1].replace('"id": "…"', `"id": "${id}"`),
    });
    const said = (await answer.json()) as { certified?: boolean; verdict?: string; detail?: string };
    expect(said.detail).toBeUndefined();
    expect(answer.status).toBe(200);
    expect(said.certified ?? said.verdict === 'success').toBe(true);
  });

  it.skipIf(!hasNumpy)(
    `the Python program${hasNumpy ? '' : ' (SKIPPED: no python3 with numpy)'}`,
    async () => {
      const [program] = blocks.filter(({ language }) => language === 'python');
      await run(python, ['-c', program.text.replace('http://127.0.0.1:8470', service.url)]);
    },
  );
});
