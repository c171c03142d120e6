import { InvalidInputError } from '../../common/errors.js';
import type { GridPadding } from '../grid-padding.js';

/** A penalty on the Jacobian J of a time step; see {@link jacobianPenalty} for the equations. */
export interface JacobianPenaltyOptions {
  /** λ. */
  readonly weight: number;
  /** Share of the run over which λ rises from zero in proportion to the steps; 0 has all of it from the start. */
  readonly weightWarmUp: number;
  /**
   * s, the logarithm of the tolerance: the same everywhere (a global penalty), predicted from the state by a small
   * network, one number a grid point whatever the state (for a fixed geometry), or a + b log(|∇u| + 0.1) with learned a, b.
   */
  readonly tolerance: 'uniform' | 'head' | 'map' | 'analytic';
  /** What should be small: J, J − I, what of ‖J_i‖² lies above that of the solver, or J − J of the solver. */
  readonly target: 'zero' | 'identity' | 'excess' | 'reference';
  /** Rows of J (how much location i listens) or columns (how much it is heard). */
  readonly probe: 'row' | 'column';
  /** How J v is computed; columns need Jᵀw, which is one backward pass. */
  readonly product: 'double-vjp' | 'central-difference';
  /** h / rms(u) of the central difference. */
  readonly differenceStep: number;
  /** Where J is taken: at the states of the data, or at those that the unrolled model reached. */
  readonly at: 'data' | 'rollout';
  /** κ, the price of tolerance. */
  readonly barrier: number;
  /** s stays inside; the lower bound keeps s from following q down to nothing. */
  readonly bounds: readonly [least: number, most: number];
  /** s before training; near log q of the solver where that is known. */
  readonly initialTolerance: number;
  /** Channels of the head's two hidden layers, and its filters' side. */
  readonly headWidth: number;
  readonly headKernel: number;
  readonly padding: GridPadding;
  /** λ = mean squared residual and κ = number of values in a state: the untempered posterior. `weight` is not read. */
  readonly strictMap: boolean;
  /** Data term with a tolerance of its own, or with that of the Jacobian; β of the β-NLL weights. */
  readonly dataTolerance: 'none' | 'own' | 'shared';
  readonly dataTemper: number;
}

export const JACOBIAN_PENALTY_DEFAULTS: JacobianPenaltyOptions = {
  weight: 1e-2,
  weightWarmUp: 0,
  tolerance: 'head',
  target: 'zero',
  probe: 'row',
  product: 'central-difference',
  differenceStep: 1e-2,
  at: 'data',
  barrier: 1,
  bounds: [-6, 4],
  initialTolerance: 0,
  headWidth: 16,
  headKernel: 5,
  padding: 'periodic',
  strictMap: false,
  dataTolerance: 'none',
  dataTemper: 0.5,
};

/** @throws InvalidInputError for values out of range and combinations that mean nothing */
export function checkPenaltyOptions(options: JacobianPenaltyOptions): void {
  const refuse = (what: string) => {
    throw new InvalidInputError(`jacobianPenalty: ${what}`);
  };
  const { weight, weightWarmUp, barrier, bounds, initialTolerance, differenceStep, dataTemper } = options;
  if (!(weight > 0 && Number.isFinite(weight))) refuse(`weight must be positive, got ${weight}`);
  if (!(weightWarmUp >= 0 && weightWarmUp <= 1)) {
    refuse(`weightWarmUp must lie in [0, 1], got ${weightWarmUp}`);
  }
  if (!(barrier > 0 && Number.isFinite(barrier))) refuse(`barrier must be positive, got ${barrier}`);
  if (!(differenceStep > 0 && differenceStep < 1)) {
    refuse(`differenceStep must lie in (0, 1), got ${differenceStep}`);
  }
  if (!(bounds[0] < bounds[1])) refuse(`bounds must be in increasing order, got ${bounds}`);
  if (!(initialTolerance > bounds[0] && initialTolerance < bounds[1])) {
    refuse(`initialTolerance must lie inside the bounds ${bounds}, got ${initialTolerance}`);
  }
  if (!(dataTemper >= 0 && dataTemper <= 1)) refuse(`dataTemper must lie in [0, 1], got ${dataTemper}`);
  if (options.at === 'rollout' && needsReference(options)) {
    refuse(`target ${options.target} is known at states of the data only; set at to 'data'`);
  }
  if (options.probe === 'column' && needsReference(options)) {
    refuse(`target ${options.target} compares rows; set probe to 'row'`);
  }
  if (options.tolerance === 'uniform' && options.dataTolerance !== 'none') {
    refuse(
      "a data term with a tolerance needs one that varies: set tolerance to 'head', 'map' or 'analytic'",
    );
  }
}

/** Whether batches have to come with the solver's J v. */
export const needsReference = ({ target }: Pick<JacobianPenaltyOptions, 'target'>): boolean =>
  target === 'reference' || target === 'excess';
