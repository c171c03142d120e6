import { frameOf, type Trajectories } from '../../datasets/index.js';
import type { StateScales } from '../../operators/index.js';

/**
 * Standard deviations of states, of their changes over one interval, and of differences of neighbours, a component each;
 * constants have none.
 */
export function trajectoryScales(data: Trajectories): StateScales {
  const { points } = data;
  const components = data.components - (data.constants ?? 0);
  const size = points.reduce((product, count) => product * count, 1);
  const strides = points.map((_, axis) => points.slice(axis + 1).reduce((product, n) => product * n, 1));
  const sums = Array.from({ length: components }, () => ({
    state: deviation(),
    increment: deviation(),
    difference: deviation(),
  }));
  for (let trajectory = 0; trajectory < data.trajectories; trajectory++) {
    for (let frame = 0; frame < data.frames; frame++) {
      const now = frameOf(data, trajectory, frame);
      const before = frame > 0 ? frameOf(data, trajectory, frame - 1) : undefined;
      for (let c = 0; c < components; c++) {
        const { state, increment, difference } = sums[c];
        const offset = c * size;
        for (let i = 0; i < size; i++) {
          state.add(now[offset + i]);
          if (before) increment.add(now[offset + i] - before[offset + i]);
          points.forEach((count, axis) => {
            const place = Math.floor(i / strides[axis]) % count;
            const neighbour = (step: number) =>
              offset + i + (((place + step + count) % count) - place) * strides[axis];
            difference.add((now[neighbour(1)] - now[neighbour(-1)]) / 2);
          });
        }
      }
    }
  }
  const of = (name: keyof StateScales) => sums.map((sum) => sum[name].value());
  return { state: of('state'), increment: of('increment'), difference: of('difference') };
}

function deviation() {
  let [count, sum, squares] = [0, 0, 0];
  return {
    add(value: number) {
      count++;
      sum += value;
      squares += value * value;
    },
    value: () => Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)),
  };
}
