import { InvalidInputError } from '../../common/errors.js';
import { type Progress, silentProgress } from '../../common/progress.js';
import { combineSeeds, createRandom } from '../../common/random.js';
import { frameOf, frameSize, type Trajectories } from '../../datasets/index.js';
import type { StateScales } from '../../operators/index.js';
import { burgersSpectral, type DifferentiableStepper } from '../../solvers/index.js';
import { toChannelsLast } from './trajectory-states.js';

export interface ReferenceOptions {
  /** Directions stored for every state, drawn anew from the seed when they are used. */
  probes?: number;
  /** The solver whose derivative is taken, for one viscosity; by default pseudo-spectral Burgers on the data's own grid. */
  solver?: (viscosity: number) => DifferentiableStepper;
}

export const REFERENCE_DEFAULTS = { probes: 2 } as const;

/** J v of the solver along random signs v, at every state of a data set, in units of S_u. */
export interface ReferenceProbes {
  readonly probes: number;
  /** v of a stored probe, `[...points, components]`, entries ±1 */
  signs(trajectory: number, frame: number, probe: number, into: Float32Array, offset: number): void;
  /** J v for it */
  product(trajectory: number, frame: number, probe: number, into: Float32Array, offset: number): void;
  /** mean over the probes of Σ_c (J v)², an estimate of ‖J_i‖², `[...points]` */
  rowNorm(trajectory: number, frame: number, into: Float32Array, offset: number): void;
}

/** As many internal steps as accuracy of the derivative needs */
const COURANT = 0.6;

/**
 * Computes {@link ReferenceProbes} for all frames but the last on the calling thread: about a millisecond a probe of 128
 * points.
 *
 * @throws InvalidInputError for a count of probes that is none
 */
export async function referenceProbes(
  data: Trajectories,
  scales: StateScales,
  seed: number,
  options: ReferenceOptions & { signal?: AbortSignal; progress?: Progress } = {},
): Promise<ReferenceProbes> {
  const { probes, signal, progress = silentProgress } = { ...REFERENCE_DEFAULTS, ...options };
  if (!(Number.isInteger(probes) && probes > 0)) {
    throw new InvalidInputError(`referenceProbes: probes must be a positive integer, got ${probes}`);
  }
  const { components, frames, interval } = data;
  const size = frameSize(data);
  const points = size / components;
  const solverFor = cached(
    options.solver ??
      ((viscosity) =>
        burgersSpectral({
          points: data.points,
          length: data.length,
          viscosity,
          stepping: { courant: COURANT },
          underResolved: 'allow',
        })),
  );
  const products = new Float32Array(data.trajectories * frames * probes * size);
  const place = (trajectory: number, frame: number, probe: number) =>
    ((trajectory * frames + frame) * probes + probe) * size;
  const signs = (trajectory: number, frame: number, probe: number) => {
    const random = createRandom(combineSeeds(seed, trajectory, frame, probe));
    return Float32Array.from({ length: size }, () => (random.uniform() < 0.5 ? -1 : 1));
  };
  for (let trajectory = 0; trajectory < data.trajectories; trajectory++) {
    signal?.throwIfAborted();
    const solver = solverFor(data.viscosity[trajectory]);
    const count = (frames - 1) * probes;
    const states = new Float64Array(count * size);
    const directions = new Float64Array(count * size);
    for (let row = 0; row < count; row++) {
      const [frame, probe] = [Math.floor(row / probes), row % probes];
      states.set(frameOf(data, trajectory, frame), row * size);
      const v = signs(trajectory, frame, probe);
      for (let at = 0; at < size; at++) {
        const component = Math.floor(at / points);
        directions[row * size + at] = v[(at % points) * components + component] * scales.state[component];
      }
    }
    const moved = solver.jvp(states, directions, interval);
    for (let row = 0; row < count; row++) {
      const frame = moved.subarray(row * size, (row + 1) * size);
      for (let at = 0; at < size; at++) frame[at] /= scales.state[Math.floor(at / points)];
      toChannelsLast(frame, components, products, place(trajectory, Math.floor(row / probes), row % probes));
    }
    progress.update('solver Jacobians', trajectory + 1, data.trajectories);
    // lets an abort or a progress bar through
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    probes,
    signs: (trajectory, frame, probe, into, offset) => into.set(signs(trajectory, frame, probe), offset),
    product: (trajectory, frame, probe, into, offset) => {
      const start = place(trajectory, frame, probe);
      into.set(products.subarray(start, start + size), offset);
    },
    rowNorm: (trajectory, frame, into, offset) => {
      into.fill(0, offset, offset + points);
      for (let probe = 0; probe < probes; probe++) {
        const start = place(trajectory, frame, probe);
        for (let at = 0; at < size; at++) {
          into[offset + Math.floor(at / components)] += products[start + at] ** 2 / probes;
        }
      }
    },
  };
}

function cached(make: (viscosity: number) => DifferentiableStepper) {
  const known = new Map<number, DifferentiableStepper>();
  return (viscosity: number) => {
    const solver = known.get(viscosity) ?? make(viscosity);
    known.set(viscosity, solver);
    return solver;
  };
}
