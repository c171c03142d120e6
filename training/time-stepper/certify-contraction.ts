import { InvalidInputError } from '../../common/errors.js';
import { type Progress, silentProgress } from '../../common/progress.js';
import {
  gram,
  largestEigenpair,
  lipschitzBounds,
  type Neighbourhood,
  networkValues,
  prepareNetwork,
  type StepperDescription,
  stepperNetwork,
} from '../../operators/index.js';
import type { HostArray } from '../../runtime/index.js';
import { type DifferentiableStepper, stepJacobian } from '../../solvers/index.js';
import { perturbationGrowth, type StepTangent } from './perturbation-growth.js';
import type { StepperWithWeights } from './stepper-from-onnx.js';

export interface CertifyContractionOptions {
  /**
   * Size of the neighbourhood of every state, in units of S_u: the root mean square of a perturbation (`ball`), or the most that
   * any value of it may reach (`box`).
   */
  radius?: number;
  region?: Neighbourhood['region'];
  /** Which sample of the batches. */
  sample?: number;
  /** The classical step of the same interval, for comparison; states of one component. */
  solver?: { readonly stepper: DifferentiableStepper; readonly interval: number };
  signal?: AbortSignal;
  progress?: Progress;
}

export const CERTIFY_CONTRACTION_DEFAULTS = { radius: 1e-3, region: 'ball', sample: 0 } as const;

/** Bounds on ‖J‖₂ of one step, between fields in units of S_u. */
export interface Contraction {
  /** At the state itself, from power iteration with this residual ‖JᵀJ v − σ² v‖/σ² */
  readonly lower: number;
  readonly residual: number;
  /** At every state of the neighbourhood */
  readonly upper: number;
  readonly radius: number;
  /** ‖J‖₂ of the solver at the state */
  readonly solver?: number;
}

export interface ContractionCertificate {
  readonly region: Neighbourhood['region'];
  /** One for every state given: that of the step which starts there */
  readonly contraction: readonly Contraction[];
  /** Largest growth of a perturbation of the first state, n = 0 … number of states */
  readonly growth: { readonly lower: Float64Array; readonly upper: Float64Array };
  /**
   * Root mean square, in units of S_u, of perturbations of the first state for which `growth.upper` is proved: they stay in all
   * the neighbourhoods
   */
  readonly admissible: number;
  /** Largest relative difference of the float64 step from one state and the next state, where the states are a roll-out */
  readonly departure: number;
}

/**
 * How much a trained stepper of one axis, or one read by `stepperFromOnnx`, can stretch perturbations along a trajectory
 * `[batch, points, components]`, as `rollout` returns it: for every frame what one direction shows and what none can exceed; see {@link lipschitzBounds} for the
 * equations. The bounds are for the network of the trained weights in exact arithmetic, covered with a float64 margin of
 * 10⁻⁹; the float32 rounding of a roll-out (about 10⁻⁷ of the state a step) comes on top of a perturbation.
 *
 * Cost a frame: some ten products of matrices of 128 columns by all hidden values for 128 points, seconds for 10⁴ hidden values.
 *
 * @throws InvalidInputError for an operator other than `fno` and periodic `resNet` on one axis, or states that do not fit
 */
export async function certifyContraction(
  trained: StepperWithWeights,
  states: readonly HostArray[],
  options: CertifyContractionOptions = {},
): Promise<ContractionCertificate> {
  // as defaults of each, since callers pass on options that they were not given
  const {
    radius = CERTIFY_CONTRACTION_DEFAULTS.radius,
    region = CERTIFY_CONTRACTION_DEFAULTS.region,
    sample = CERTIFY_CONTRACTION_DEFAULTS.sample,
    progress = silentProgress,
    solver,
    signal,
  } = options;
  const description = trained.stepper.options as StepperDescription;
  const scales = description.scales.state;
  check(states, scales.length, radius, sample);
  const [, points] = states[0].shape;
  const size = points * scales.length;
  const network = prepareNetwork(stepperNetwork(description, trained.operatorParameters), points);
  const scaled = states.map(({ data }) =>
    Float64Array.from(
      data.subarray(sample * size, (sample + 1) * size),
      (value, i) => value / scales[i % scales.length],
    ),
  );
  const around = { region, radius: region === 'ball' ? radius * Math.sqrt(size) : radius };
  const contraction: Contraction[] = [];
  const tangents: StepTangent[] = [];
  let departure = 0;
  for (const [frame, state] of scaled.entries()) {
    signal?.throwIfAborted();
    const bounds = lipschitzBounds(network, state, around);
    tangents.push(bounds);
    const { lower, residual, upper } = bounds;
    const own = solver ? { solver: solverNorm(solver, state, scales[0]) } : {};
    contraction.push({ lower, residual, upper, radius, ...own });
    const next = scaled[frame + 1];
    if (next) departure = Math.max(departure, distance(networkValues(network, state), state, next));
    progress.update('contraction', frame + 1, states.length, { lower, upper });
    // lets an abort or a progress bar through
    await new Promise((resolve) => setTimeout(resolve));
  }
  const growth = perturbationGrowth(tangents, size);
  const largest = Math.max(...growth.upper.subarray(0, states.length));
  return {
    region,
    contraction,
    growth,
    admissible: around.radius / largest / Math.sqrt(size),
    departure,
  };
}

function check(states: readonly HostArray[], channels: number, radius: number, sample: number): void {
  const refuse = (what: string) => {
    throw new InvalidInputError(`certifyContraction: ${what}`);
  };
  if (states.length === 0) refuse('expected at least one state, got none');
  const [batch, points, components] = states[0].shape;
  for (const { shape } of states) {
    if (shape.length !== 3 || components !== channels || shape.join() !== states[0].shape.join()) {
      refuse(`expected states [batch, points, ${channels}] of one shape, got [${shape}]`);
    }
  }
  if (!(radius >= 0)) refuse(`radius must be at least 0, got ${radius}`);
  if (!(Number.isInteger(sample) && sample >= 0 && sample < batch)) {
    refuse(`sample must be one of the ${batch} of the batch, got ${sample}`);
  }
  if (!states.every(({ data }) => data.every(Number.isFinite))) {
    refuse(`the states of ${points} points are not finite; certify the frames before the roll-out blew up`);
  }
}

function solverNorm(
  { stepper, interval }: NonNullable<CertifyContractionOptions['solver']>,
  state: Float64Array,
  scale: number,
): number {
  const jacobian = stepJacobian(
    stepper,
    state.map((value) => value * scale),
    interval,
  );
  const size = state.length;
  return Math.sqrt(largestEigenpair(gram(jacobian, size, size), size).value);
}

/** ‖x + K(x) − y‖/‖y‖ */
function distance(increment: Float64Array, state: Float64Array, next: Float64Array): number {
  let [difference, length] = [0, 0];
  for (let i = 0; i < next.length; i++) {
    difference += (state[i] + increment[i] - next[i]) ** 2;
    length += next[i] ** 2;
  }
  return Math.sqrt(difference / length);
}
