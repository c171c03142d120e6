// Computes the cylinder wakes of the data set into a folder outside the repository, with the time it takes and the
// Strouhal numbers: node scripts/build.mjs && node scripts/cylinder-wake-data.mjs FOLDER [WORKERS]
// About 30 MB for each Reynolds number; flows that are already there are not computed again.
import { CYLINDER_WAKE_DEFAULTS, cylinderWake } from '../dist/datasets/index.js';
import { laminarStrouhalNumber } from '../dist/solvers/index.js';

const [cache, workers] = process.argv.slice(2);
if (!cache) throw new Error('usage: node scripts/cylinder-wake-data.mjs FOLDER [WORKERS]');
const started = performance.now();
const progress = {
  update: (phase, done, total) => console.log(`${phase}: ${done} of ${total}, ${seconds()} s`),
  message: (text) => console.log(text),
};
const seconds = () => ((performance.now() - started) / 1000).toFixed(0);
const wake = await cylinderWake({ cache, progress, ...(workers ? { workers: Number(workers) } : {}) });
const { user, system } = process.cpuUsage();
console.log(`${seconds()} s, of processor time ${((user + system) / 1e6).toFixed(0)} s`);
console.table(
  wake.reynolds.map((reynolds, trajectory) => {
    const start = trajectory * wake.frames * 2;
    const forces = wake.forces.subarray(start, start + wake.frames * 2);
    const drags = forces.filter((_, i) => i % 2 === 0);
    const lifts = forces.filter((_, i) => i % 2 === 1);
    return {
      Re: reynolds,
      St: wake.strouhal[trajectory].toFixed(4),
      'St, unbounded laminar fit': reynolds < 180 ? laminarStrouhalNumber(reynolds).toFixed(4) : '',
      'mean drag': (drags.reduce((sum, value) => sum + value, 0) / wake.frames).toFixed(3),
      'largest lift': Math.max(...lifts).toFixed(3),
    };
  }),
);
console.log(
  `${wake.frames} frames of ${wake.points.join(' × ')}, ${CYLINDER_WAKE_DEFAULTS.interval} d/U apart, in ${cache}`,
);
