import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds, createRandom } from '../../common/random.js';
import { frameOf, frameSize, type Trajectories } from '../../datasets/index.js';
import { frameName, type StateScales, type StepperMethod, windowFrames } from '../../operators/index.js';
import type { HostArray } from '../../runtime/index.js';
import type { BuildBatch } from '../batch-queue.js';
import type { ReferenceProbes } from './trajectory-reference.js';
import { stateShape, toChannelsLast } from './trajectory-states.js';

export interface TrajectoryBatchesOptions {
  readonly method: StepperMethod;
  readonly batchSize: number;
  readonly seed: number;
  readonly scales: StateScales;
  /** Where the method's target asks for it. */
  readonly reference?: ReferenceProbes;
}

/** Random streams of one batch, so that what a method draws beside the windows moves none of them. */
const [WINDOWS, SIGNS, NOISE] = [0, 1, 2];

/**
 * Windows of trajectories as batches: frames `frame.0` … `frame.K`, each `[batch, ...points, components]`, with noise and probe
 * directions where the method has them. Batch i of a seed is about the same places of the same trajectories for all methods:
 * trajectory and relative position come from the seed, and the position is stretched over the windows that fit.
 *
 * @throws InvalidInputError when trajectories are shorter than the method's window
 */
export function trajectoryBatches(data: Trajectories, options: TrajectoryBatchesOptions): BuildBatch {
  const { method, batchSize, seed, scales, reference } = options;
  const frames = windowFrames(method);
  if (data.frames < frames) {
    throw new InvalidInputError(
      `trajectoryBatches: ${method.steps} steps after ${method.warmUp} of warm-up need ${frames} frames, ` +
        `the trajectories have ${data.frames}`,
    );
  }
  const { components } = data;
  const size = frameSize(data);
  const shape = [batchSize, ...stateShape(data)];
  const field = (): HostArray & { data: Float32Array } => ({
    shape,
    data: new Float32Array(batchSize * size),
  });
  return async (index) => {
    const stream = (kind: number) => createRandom(combineSeeds(seed, kind, index));
    const random = stream(WINDOWS);
    const windows = Array.from({ length: batchSize }, () => {
      const trajectory = random.integer(0, data.trajectories - 1);
      return { trajectory, start: Math.floor(random.uniform() * (data.frames - frames + 1)) };
    });
    const inputs: Record<string, HostArray> = {};
    for (let k = 0; k < frames; k++) {
      const frame = field();
      windows.forEach(({ trajectory, start }, row) => {
        toChannelsLast(frameOf(data, trajectory, start + k), components, frame.data, row * size);
      });
      inputs[frameName(k)] = frame;
    }
    if (method.noise > 0) {
      const normal = stream(NOISE);
      const noise = field();
      noise.data.forEach((_, at) => {
        noise.data[at] = method.noise * (scales.state[at % components] ?? 0) * normal.normal();
      });
      inputs.noise = noise;
    }
    if (method.jacobian) {
      const draw = stream(SIGNS);
      const signs = field();
      inputs.signs = signs;
      if (!reference) {
        signs.data.forEach((_, at) => {
          signs.data[at] = draw.uniform() < 0.5 ? -1 : 1;
        });
      } else addReference(inputs, signs.data, windows, draw.integer(0, reference.probes - 1));
    }
    return { inputs };
  };

  function addReference(
    inputs: Record<string, HostArray>,
    signs: Float32Array,
    windows: readonly { trajectory: number; start: number }[],
    probe: number,
  ): void {
    const product = field();
    const norm = new Float32Array((batchSize * size) / components);
    windows.forEach(({ trajectory, start }, row) => {
      reference!.signs(trajectory, start, probe, signs, row * size);
      reference!.product(trajectory, start, probe, product.data, row * size);
      reference!.rowNorm(trajectory, start, norm, (row * size) / components);
    });
    if (method.jacobian!.target === 'reference') inputs.reference = product;
    else inputs.referenceNorm = { shape: [batchSize, ...data.points, 1], data: norm };
  }
}
