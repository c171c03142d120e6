import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe } from 'vitest';
import { bundleTest } from './bundle-test.js';
import { deviceEnvironment } from './device-environment.js';
import { cpuRun, type DeviceResult, testDevice } from './device-oracle.js';

/** float32 with sums in another order; the shaders' exponentials have fewer right digits. */
const TOLERANCE = { cpu: 2e-5, webgpu: 1e-4 };

describe('cpu', () => {
  let result: DeviceResult;
  beforeAll(async () => {
    result = { report: { works: true }, run: await cpuRun() };
  });
  testDevice(() => result, TOLERANCE.cpu);
});

describe('webgpu in Node', () => {
  let result: DeviceResult;
  beforeAll(async () => {
    const script = await bundleTest('test/runtime/devices-main.ts', 'node');
    // without the software card, on the machine's own
    const env = deviceEnvironment ?? process.env;
    const { stdout } = await promisify(execFile)(process.execPath, [script, 'webgpu'], {
      env,
      maxBuffer: 2 ** 28,
    });
    result = JSON.parse(stdout);
  });
  testDevice(() => result, TOLERANCE.webgpu, true);
});
