import { equal } from 'node:assert/strict';
import { writePdebenchFile } from 'fieldsmith/datasets';

const [frames, points] = [11, 32];
await writePdebenchFile('1D_Burgers_Sols_Nu0.001.hdf5', {
  times: Array.from({ length: frames }, (_, i) => i / 10),
  positions: Array.from({ length: points }, (_, i) => (i + 0.5) / points),
  sampleCount: 18,
  field: (sample) => new Float32Array(frames * points).fill(sample),
});
/** `[time][x]` of every fifth frame and every fourth point */
export const trajectory = (sample: number) => new Float32Array(3 * 8).fill(sample);

export function check({ times, positions }: { times: ArrayLike<number>; positions: ArrayLike<number> }) {
  equal(times.length, 3);
  equal(positions.length, 8);
}
