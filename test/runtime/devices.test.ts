import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe } from 'vitest';
import { bundleTest } from './bundle-test.js';
import { deviceEnvironment } from './device-environment.js';
import { runOnDevice } from './parity/run-on-device.js';
import { type DeviceResult, testDevice } from './parity/suite.js';

/** Milliseconds for the whole table; a fifth of it on two idle cores. */
const TIMEOUT = 400_000;

describe('cpu in Node', () => {
  let result: DeviceResult;
  beforeAll(async () => {
    result = { report: { works: true }, run: await runOnDevice('cpu in Node', { device: 'cpu' }) };
  }, TIMEOUT);
  testDevice('cpu in Node', () => result);
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
  }, TIMEOUT);
  testDevice('webgpu in Node', () => result);
});
