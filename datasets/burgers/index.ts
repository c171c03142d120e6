export type { BurgersRequest } from './burgers-request.js';
export {
  BURGERS_1D_STANDARD_DEFAULTS,
  burgers1dStandard,
  burgers1dStandardRequest,
  type StandardOptions,
  type StandardSplit,
} from './burgers1d-standard.js';
export { BURGERS_2D_DEFAULTS, type Burgers2dRequest } from './burgers2d.js';
export { type GenerateBurgersOptions, generateBurgers } from './generate-burgers.js';
export { drawInitialState, type InitialLaw, type InitialState } from './initial-laws.js';
export {
  type ReadTrajectoriesOptions,
  readPdebenchTrajectories,
  writePdebenchTrajectories,
} from './pdebench-trajectories.js';
export {
  apebenchBurgers,
  fnoBurgers,
  mpPdeBurgers,
  type PresetOptions,
  pdebenchBurgers,
} from './presets.js';
