import { expect, test } from 'vitest';
import type { HostArray, NamedArrays } from '../../runtime/index.js';
import { type DeviceRun, deviceCases, runOnDevice } from './device-cases.js';
import { expectClose, runEagerly } from './oracle.js';

export interface DeviceResult {
  readonly report: { readonly works: boolean; readonly reason?: string };
  readonly run: DeviceRun | null;
}

/**
 * Every case against TensorFlow.js's own cpu backend, the training against the CPU of ONNX Runtime. max |difference| is
 * at most `tolerance` times max(1, max |expected|). Where the device is missing, the tests are skipped and say why.
 */
export function testDevice(result: () => DeviceResult, tolerance: number, shaders = false): void {
  test.for(Object.keys(deviceCases))('%s', async (name, { skip }) => {
    const { report, run } = result();
    if (!run) return skip(`device missing: ${report.reason}`);
    const outputs = run.outputs[name];
    if (typeof outputs === 'string') return expect.fail(outputs);
    const expected = await eagerRun(name);
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(expected).sort());
    for (const [output, array] of Object.entries(expected)) {
      const data = Float32Array.from(outputs[output]) as HostArray['data'];
      expectClose(
        { shape: [...array.shape], data },
        array,
        Math.max(tolerance, (shaders && deviceCases[name].shaderError) || 0),
        output,
      );
    }
  });

  test('training', async ({ skip }) => {
    const { report, run } = result();
    if (!run) return skip(`device missing: ${report.reason}`);
    const { losses } = run;
    if (typeof losses === 'string') return expect.fail(losses);
    const reference = (await cpuRun()).losses as readonly number[];
    expect(losses.length).toBe(reference.length);
    losses.forEach((loss, step) => {
      expect(Math.abs(loss - reference[step]), `step ${step}`).toBeLessThanOrEqual(
        10 * tolerance * reference[0],
      );
    });
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]);
  });
}

const eager = new Map<string, NamedArrays>();

async function eagerRun(name: string): Promise<NamedArrays> {
  const { fn, specs, feeds } = deviceCases[name];
  const arrays = eager.get(name) ?? (await runEagerly(fn, specs, feeds));
  eager.set(name, arrays);
  return arrays;
}

let cpu: Promise<DeviceRun> | undefined;

export function cpuRun(): Promise<DeviceRun> {
  cpu ??= runOnDevice({ device: 'cpu' });
  return cpu;
}
