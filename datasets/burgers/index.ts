export type { BurgersRequest } from './burgers-request.js';
export {
  BURGERS_1D_STANDARD_DEFAULTS,
  burgers1dStandard,
  burgers1dStandardRequest,
  type StandardOptions,
  type StandardSplit,
} from './burgers1d-standard.js';
export { type GenerateBurgersOptions, generateBurgers } from './generate-burgers.js';
export { drawInitialState, type InitialLaw, type InitialState } from './initial-laws.js';
export {
  checkTrajectories,
  frameOf,
  frameSize,
  NonFiniteDataError,
  type Trajectories,
} from './trajectories.js';
