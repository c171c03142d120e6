export {
  BURGERS_IMPLICIT_STEP_DEFAULTS,
  type BurgersImplicitStepOptions,
  type BurgersStepSample,
  burgersImplicitStepConstraint,
} from './burgers-implicit-step.js';
export {
  BURGERS_SPACE_TIME_DEFAULTS,
  type BurgersSample,
  type BurgersSpaceTimeOptions,
  burgersSpaceTimeConstraint,
} from './burgers-space-time.js';
export {
  diffusionSorptionConstraint,
  SORPTION_CONSTRAINT_DEFAULTS,
  type SorptionConstraintOptions,
  type SorptionSample,
} from './diffusion-sorption.js';
export {
  VORTICITY_CONSTRAINT_DEFAULTS,
  type VorticityConstraintOptions,
  type VorticitySample,
  vorticityConstraint,
} from './vorticity.js';
