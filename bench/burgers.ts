import { median } from '../common/median.js';
import { burgersSpectral } from '../solvers/index.js';
import type { BenchCase } from './main.js';
import { startPeer } from './peer-process.js';

interface BurgersCase {
  readonly points: readonly number[];
  readonly trajectories: number;
  readonly steps: number;
  readonly viscosity: number;
  readonly step: number;
}

const cases: readonly BurgersCase[] = [
  { points: [128], trajectories: 1, steps: 1000, viscosity: 0.02, step: 1e-3 },
  { points: [512], trajectories: 1, steps: 1000, viscosity: 0.005, step: 5e-4 },
  { points: [512], trajectories: 32, steps: 100, viscosity: 0.005, step: 5e-4 },
  { points: [1024], trajectories: 1, steps: 500, viscosity: 0.002, step: 2e-4 },
  { points: [64, 64], trajectories: 1, steps: 50, viscosity: 0.02, step: 1e-3 },
  { points: [64, 64], trajectories: 8, steps: 20, viscosity: 0.02, step: 1e-3 },
  { points: [256, 256], trajectories: 1, steps: 5, viscosity: 0.005, step: 5e-4 },
];

const peers = ['numpy', 'scipy', 'exponax'] as const;

/** Largest relative difference of Σu² between ours and a peer's: the same scheme must give the same state. */
const AGREEMENT = 1e-6;

/**
 * One step of pseudo-spectral ETDRK4 in double precision, one thread: ours against the same scheme in NumPy and SciPy, by
 * turns, and against exponax (JAX, all threads it takes) where it is installed. Times are processor time per step of all
 * trajectories, of all threads of a process: other work on the machine lengthens them little.
 */
export async function run(repeats: number): Promise<BenchCase[]> {
  const peer = startPeer('burgers.py');
  try {
    const results: BenchCase[] = [];
    for (const settings of cases) results.push(await measure(settings, repeats, peer));
    return results;
  } finally {
    peer.stop();
  }
}

async function measure(
  settings: BurgersCase,
  repeats: number,
  peer: ReturnType<typeof startPeer>,
): Promise<BenchCase> {
  const { points, trajectories, steps, viscosity, step } = settings;
  const solver = burgersSpectral({
    viscosity,
    points,
    stepping: { maximumStep: step },
    underResolved: 'allow',
  });
  const initial = initialState(points, trajectories);
  let last = solver.step(initial, steps * step);
  const ours: number[] = [];
  const theirs: Record<string, number[]> = {};
  for (let repeat = 0; repeat < repeats; repeat++) {
    const began = process.cpuUsage();
    last = solver.step(initial, steps * step);
    const { user, system } = process.cpuUsage(began);
    ours.push((user + system) / 1e3 / steps);
    for (const fft of peers) {
      const answer = await peer.ask<{ ms: number; check: number }>({ fft, ...settings, repeats: 1 });
      if (!answer) continue;
      theirs[fft] ??= [];
      theirs[fft].push(answer.ms);
      const check = last.reduce((sum, value) => sum + value * value, 0);
      if (Math.abs(answer.check / check - 1) > AGREEMENT) {
        throw new Error(`bench burgers: ${fft} gives Σu² = ${answer.check}, ours ${check} on ${points}`);
      }
    }
  }
  const figures: Record<string, number | null> = {};
  const oursMs = median(ours);
  for (const fft of peers) {
    const ms = theirs[fft] ? median(theirs[fft]) : null;
    figures[`${fft}_ms`] = ms;
    figures[`ratio_${fft}`] = ms === null ? null : oursMs / ms;
  }
  return { name: `${points.join('x')}, ${trajectories} trajectories`, ours_ms: oursMs, ...figures };
}

/** The state that the peer's script starts from. */
function initialState(points: readonly number[], trajectories: number): Float64Array {
  const components = points.length;
  const cells = points.reduce((a, b) => a * b, 1);
  const out = new Float64Array(trajectories * components * cells);
  for (let at = 0; at < out.length; at++) {
    const component = Math.floor(at / cells) % components;
    const trajectory = Math.floor(at / (cells * components));
    const x = points.map((count, axis) => {
      const stride = points.slice(axis + 1).reduce((a, b) => a * b, 1);
      return (Math.floor((at % cells) / stride) % count) / count;
    });
    out[at] =
      0.5 * Math.sin(2 * Math.PI * (x[component] + 0.1 * trajectory)) +
      0.3 * Math.cos(4 * Math.PI * x[components - 1 - component]);
  }
  return out;
}
