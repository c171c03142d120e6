import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeviceResult, testDevice } from '../runtime/parity/suite.js';
import { describeInBrowser } from './open-page.js';
import { openRuntimePage, type RuntimePage } from './runtime-page.js';

/** Milliseconds for the whole table; a fifth of it on two idle cores. */
const TIMEOUT = 400_000;

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
      }, TIMEOUT);
      testDevice(`${device} in Chromium`, () => result);
    });
  }
});
