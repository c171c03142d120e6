import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeviceResult, testDevice } from '../runtime/device-oracle.js';
import { describeInBrowser } from './open-page.js';
import { openRuntimePage, type RuntimePage } from './runtime-page.js';

/** float32 with sums in another order; the shaders' exponentials have fewer right digits. */
const TOLERANCE = { wasm: 2e-5, webgpu: 1e-4 };

describeInBrowser('ONNX Runtime in a browser', () => {
  let opened: RuntimePage;
  beforeAll(async () => {
    opened = await openRuntimePage('test/browser/runtime-devices-page.ts');
  });
  afterAll(() => opened?.close());

  test('knows the devices of a browser', async () => {
    expect(await opened.page.evaluate('platformDevices()')).toEqual(['webgpu', 'wasm']);
  });

  for (const device of ['wasm', 'webgpu'] as const) {
    describe(device, () => {
      let result: DeviceResult;
      beforeAll(async () => {
        result = (await opened.page.evaluate(`runOnDevice('${device}')`)) as DeviceResult;
      });
      testDevice(() => result, TOLERANCE[device], device === 'webgpu');
    });
  }
});
