import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { deviceEnvironment } from './device-environment.js';

const doctor = (environment: NodeJS.ProcessEnv, ...options: string[]) =>
  execFileSync(process.execPath, [packageFile('dist/cli/main.js'), 'doctor', ...options], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: environment,
  });

interface Printed {
  readonly node: string;
  readonly onnxRuntime: string;
  readonly devices: readonly {
    readonly device: string;
    readonly works: boolean;
    readonly reason?: string;
    readonly laterRun?: number;
    readonly training: { readonly works: boolean; readonly reason?: string; readonly laterStep?: number };
  }[];
}

describe('fieldsmith doctor', () => {
  test('says of every device whether it works, and why not', () => {
    const hidden = { ...process.env, VK_ICD_FILENAMES: '/nowhere.json', LD_LIBRARY_PATH: '' };
    const printed = JSON.parse(doctor(hidden, '--json')) as Printed;
    expect(printed.node).toBe(process.versions.node);
    expect(printed.onnxRuntime).toMatch(/^\d+\.\d+\.\d+/);
    expect(printed.devices.map(({ device }) => device)).toEqual(['cuda', 'webgpu', 'cpu']);
    expect(printed.devices.at(-1)).toMatchObject({
      device: 'cpu',
      works: true,
      training: { works: true },
    });
    for (const { works, reason, laterRun, training } of printed.devices) {
      if (training.works) expect(training.laterStep).toBeGreaterThan(0);
      else expect(training.reason).toBeTruthy();
      if (works) expect(laterRun).toBeGreaterThan(0);
      else expect(reason).toMatch(/^(provider missing|no adapter|wrong answer|the process)/);
    }
  });

  test.skipIf(!deviceEnvironment)('finds the software graphics card where one is installed', () => {
    const text = doctor(deviceEnvironment!);
    expect(text).toMatch(/^webgpu +inference works: .* ms\n +training works: a step .* ms/m);
    expect(text).toContain(`Node ${process.versions.node}`);
  });
});
