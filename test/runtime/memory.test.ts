import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { median } from '../../common/median.js';
import { bundleTest } from './bundle-test.js';

/** The long version: `MEMORY_STEPS=10000 npx vitest run test/runtime/memory.test.ts`. */
const STEPS = Number(process.env.MEMORY_STEPS ?? 1000);
/** Two sessions a round. */
const ROUNDS = 100;
const GROWTH = 1.05;

let script: string;
beforeAll(async () => {
  script = await bundleTest('test/runtime/memory-main.ts', 'node');
});

/** The nursery of V8 is kept small: it grows to 48 MB with the rate of allocation, which is no leak and hides one. */
async function residentMemory(kind: string, count: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--max-semi-space-size=1', script, kind, String(count)],
    { timeout: 1_200_000 },
  );
  return (JSON.parse(stdout) as { resident: number[] }).resident;
}

describe('resident memory stays what it is, within 5 %', () => {
  test.each([
    [`${STEPS} training steps`, 'steps', STEPS],
    [`${2 * ROUNDS} sessions opened and disposed of`, 'sessions', ROUNDS],
  ])(
    '%s',
    async (_, kind, count) => {
      const resident = await residentMemory(kind, count);
      expect(resident.length).toBe(20);
      // the first quarter warms up: compiled code, pools of the runtime
      const [early, late] = [resident.slice(5, 10), resident.slice(15)].map(median);
      expect(late / early, resident.map((size) => size.toFixed(1)).join(' ')).toBeLessThan(GROWTH);
    },
    1_200_000,
  );

  test('the measure sees a leak of 20 kB a step', async () => {
    const resident = await residentMemory('leak', STEPS);
    const [early, late] = [resident.slice(5, 10), resident.slice(15)].map(median);
    expect(late / early).toBeGreaterThan(GROWTH);
  });
});
