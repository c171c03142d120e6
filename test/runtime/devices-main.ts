import { checkDevice, type Device } from '../../runtime/index.js';
import type { ParityDevice } from './parity/entry.js';
import { runOnDevice } from './parity/run-on-device.js';

// run in a child process, since the environment that chooses the graphics card is read at its start
const device = process.argv[2] as Device;
const report = await checkDevice(device);
const run = report.works ? await runOnDevice(`${device} in Node` as ParityDevice, { device }) : null;
process.stdout.write(JSON.stringify({ report, run }));
