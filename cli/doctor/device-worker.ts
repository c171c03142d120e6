import { checkDevice, checkTraining, type Device } from '../../runtime/index.js';
import type { DeviceDiagnosis } from './doctor.js';

// a process of its own: drivers have been seen to end the process that asks them
const device = process.argv[2] as Device;
const options = { threads: 1 };
const report = await checkDevice(device, options);
const training = report.works
  ? await checkTraining(device, options)
  : { works: false, reason: 'inference does not work' };
process.stdout.write(JSON.stringify({ ...report, training } satisfies DeviceDiagnosis));
