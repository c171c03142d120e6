import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { bundleTest } from './bundle-test.js';
import { agreement, NOISE_FACTOR } from './device-curves.js';
import { deviceEnvironment } from './device-environment.js';
import { trainSurrogate } from './surrogate-training.js';

const STEPS = 100;
const onCpu = (noise?: number) => trainSurrogate({ steps: STEPS, noise }, { device: 'cpu', threads: 1 });

/** The first steps of docs/results/device-curves.md. */
describe('a training of a surrogate from one seed', () => {
  test('two runs on the cpu agree bit by bit, and learn', async () => {
    const [first, second] = [await onCpu(), await onCpu()];
    expect(second.losses).toEqual(first.losses);
    expect(second.parameters).toEqual(first.parameters);
    const last = first.losses.slice(-10).reduce((sum, loss) => sum + loss, 0) / 10;
    expect(last).toBeLessThan(0.1 * first.losses[0]);
  });

  test.skipIf(!deviceEnvironment)(
    `webgpu follows the cpu within ${NOISE_FACTOR} times the noise of one unit of the last place a step`,
    { timeout: 180_000 },
    async () => {
      const script = await bundleTest('test/runtime/surrogate-training-main.ts', 'node');
      const run = promisify(execFile)(process.execPath, [script, 'webgpu', String(STEPS)], {
        env: deviceEnvironment,
        maxBuffer: 2 ** 24,
      });
      const { losses: cpu } = await onCpu();
      const noisy = [(await onCpu(1)).losses, (await onCpu(2)).losses, (await onCpu(3)).losses];
      const { losses: webgpu } = JSON.parse((await run).stdout) as { losses: number[] };
      expect(webgpu).toHaveLength(STEPS);
      expect(agreement({ cpu, webgpu, noisy }).ratio).toBeLessThan(NOISE_FACTOR);
    },
  );
});
