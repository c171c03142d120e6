import { openSine } from './probed-sine.js';

process.stdout.write(JSON.stringify([await openSine('webgpu', 1), await openSine('webgpu', 1e7)]));
