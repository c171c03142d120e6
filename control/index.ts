export { FieldsmithError, IllPosedProblemError, InvalidInputError } from '../common/errors.js';
export type { Infeasibility } from './affine-plan.js';
export { controlBoundary } from './control-boundary.js';
export { type ControlSession, type ControlSessionOptions, controlSession } from './control-session.js';
export {
  type BoundaryControl,
  type Budget,
  CONTROL_DEFAULTS,
  type ControlGoal,
  type ControlMethod,
  type ControlOptions,
  type ControlSettings,
  type ControlShape,
  type LoadCase,
  type ObjectiveTerm,
  type Region,
  type TemperatureLimit,
} from './options.js';
export type { ControlPlan, ControlValue, ControlVerdict, HistoryStep, PlannedCase } from './plan.js';
export type { ControlSurrogate } from './surrogate-model.js';
