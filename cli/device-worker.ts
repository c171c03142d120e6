import { checkDevice, type Device } from '../runtime/index.js';

// a process of its own: drivers have been seen to end the process that asks them
const report = await checkDevice(process.argv[2] as Device, { threads: 1 });
process.stdout.write(JSON.stringify(report));
