import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as poisson from '../../examples/hard-constraints/poisson.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hard-constraints-poisson-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('Poisson: rows once; coupled experts answer, independent ones are left to themselves', {
  timeout: 120_000,
}, async () => {
  const options = {
    out: join(folder, 'runs'),
    results: join(folder, 'poisson.json'),
    only: 'four-experts-coupled,four-experts-independent,solver',
    cells: 300,
    trainingCells: 150,
  };
  const rows = await poisson.run(options);
  expect(rows).toHaveLength(5);
  expect(await poisson.run(options)).toEqual([]);
  const of = (method: string) => rows.find((row) => row.method === method)!;
  const [coupled, independent] = ['four-experts-coupled', 'four-experts-independent'].map(of);
  expect(coupled).toMatchObject({ rank: 128, cells: 300, steps: 0 });
  expect(coupled.meanRelativeL2).toBeLessThan(0.01);
  expect(coupled.uncorrectedRelativeL2!).toBeLessThan(0.1);
  expect(independent.meanRelativeL2).toBeGreaterThan(10 * coupled.meanRelativeL2);
  // at ‖r‖ ≤ 1e-5 ‖b‖, the last
  expect(rows.at(-1)!.meanRelativeL2).toBeLessThan(1e-3);
  await expect(poisson.run({ ...options, only: 'seven-experts' })).rejects.toThrow(
    /no method 'seven-experts'/,
  );
});
