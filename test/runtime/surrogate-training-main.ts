import type { Device } from '../../runtime/index.js';
import { trainSurrogate } from './surrogate-training.js';

// run in a child process, since the environment that chooses the graphics card is read at its start
const [device, steps, noise] = process.argv.slice(2);
const start = performance.now();
const training = { steps: Number(steps), noise: noise === undefined ? undefined : Number(noise) };
const { losses } = await trainSurrogate(training, { device: device as Device, threads: 1 });
process.stdout.write(JSON.stringify({ losses, seconds: (performance.now() - start) / 1000 }));
