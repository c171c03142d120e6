import { createRandom } from '../../../common/random.js';
import { burgersSpaceTimeConstraint, constrained, fno } from '../../../operators/index.js';
import type { HostArray, NamedTensors } from '../../../runtime/index.js';

export const network = fno({
  dimensions: 2,
  inputs: 3,
  outputs: 4,
  width: 6,
  layers: 2,
  modes: 2,
  headWidth: 8,
});
export const family = burgersSpaceTimeConstraint({ points: 12, frames: 6, interval: 0.05, viscosity: 0.05 });
export const operator = constrained(network, family, { experts: [1, 2], samples: 25, laws: 'in-solve' });
export const parameters = operator.initialParameters(createRandom(1));
export const specs = { field: { shape: ['batch', 'frames', 'points', 3], dtype: 'float32' } } as const;
export const inputs = ({ field }: NamedTensors) => field;

export const sampleOf = (points: number, height: number) => ({
  initial: Float64Array.from(
    { length: points },
    (_, i) => height * Math.sin((2 * Math.PI * i) / points) + 0.3,
  ),
});

export function fieldOf(frames: number, points: number, heights: readonly number[]): HostArray {
  const data = heights.flatMap((height) =>
    Array.from({ length: frames * points }, (_, at) => {
      const [t, i] = [Math.floor(at / points), at % points];
      return [t / frames, i / points, sampleOf(points, height).initial[i]];
    }).flat(),
  );
  return { shape: [heights.length, frames, points, 3], data: Float32Array.from(data) };
}

/** Largest |Σ u Δx − mass| / Σ |u| Δx over frames. */
export function massDefect(field: Float64Array, points: number, initial: Float64Array): number {
  const mass = initial.reduce((sum, value) => sum + value, 0);
  let worst = 0;
  for (let first = 0; first < field.length; first += points) {
    const frame = field.subarray(first, first + points);
    const sum = frame.reduce((total, value) => total + value, 0);
    worst = Math.max(
      worst,
      Math.abs(sum - mass) / frame.reduce((total, value) => total + Math.abs(value), 0),
    );
  }
  return worst;
}
