import { checkDevice, type Device, platformDevices } from '../../runtime/index.js';
import type { ParityDevice } from '../runtime/parity/entry.js';
import { runOnDevice } from '../runtime/parity/run-on-device.js';

const wasmPaths = '/ort/';

Object.assign(window, {
  ready: true,
  platformDevices,
  runOnDevice: async (device: Device) => {
    const report = await checkDevice(device, { wasmPaths });
    if (!report.works) return { report, run: null };
    return { report, run: await runOnDevice(`${device} in Chromium` as ParityDevice, { device, wasmPaths }) };
  },
});
