import { checkDevice, type Device, platformDevices } from '../../runtime/index.js';
import { runOnDevice } from '../runtime/device-cases.js';

const wasmPaths = '/ort/';

Object.assign(window, {
  ready: true,
  platformDevices,
  runOnDevice: async (device: Device) => {
    const report = await checkDevice(device, { wasmPaths });
    return { report, run: report.works ? await runOnDevice({ device, wasmPaths }) : null };
  },
});
