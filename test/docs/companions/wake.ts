import type { Trajectories } from 'fieldsmith/datasets';

/** Two components that swing, Reynolds number, fluid and activity beside them: the shape of the experiment's states. */
const [frames, rows, columns] = [12, 16, 32];
export const wake: Trajectories = {
  values: Float32Array.from({ length: frames * 5 * rows * columns }, (_, i) => {
    const [x, frame, channel] = [
      i % columns,
      Math.floor(i / (5 * rows * columns)),
      Math.floor(i / (rows * columns)) % 5,
    ];
    return channel < 2 ? Math.sin(0.4 * x - 0.6 * frame + channel) : 1;
  }),
  ...{ trajectories: 1, frames, components: 2, points: [rows, columns], length: [4, 8] },
  ...{ interval: 0.1, viscosity: Float64Array.of(0.005) },
};
