import { type BurgersRequest, generateBurgers, type Trajectories } from '../../../datasets/index.js';
import { fno } from '../../../operators/index.js';

/** A small relative of the standard set: 64 points, ν = 0.01, so that shocks are as many cells wide. */
const REQUEST: BurgersRequest = {
  dimension: 1,
  solver: 'spectral',
  name: 'small-burgers',
  trajectories: 16,
  frames: 41,
  interval: 0.02,
  points: 64,
  referencePoints: 256,
  length: 1,
  viscosity: 0.01,
  initial: { kind: 'decaying-harmonics', modes: 4, amplitude: [0.5, 1], mean: [-0.3, 0.3] },
  maximumStep: 2e-3,
  seed: 1,
};

export const smallBurgers = (options: Partial<BurgersRequest> = {}): Promise<Trajectories> =>
  generateBurgers({ ...REQUEST, ...options }, { workers: 0 });

export const smallOperator = () =>
  fno({ inputs: 1, width: 12, layers: 2, modes: 8, headWidth: 24, skip: 'added', local: 'neighbours' });
