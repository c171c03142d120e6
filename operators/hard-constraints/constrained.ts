import type { Random } from '../../common/random.js';
import type { Parameters } from '../../runtime/parameters.js';
import type { tf } from '../../runtime/tf.js';
import type { ParameterTensors } from '../neural-operator.js';
import { type ConstraintRun, constrainedField } from './constrained-field.js';
import { type ConstraintOptions, constraintOptions } from './constraint-options.js';
import type { ConstraintFamily } from './residual.js';
import type { ConstraintContext } from './solve-batch.js';

/** A network that proposes basis fields: any grid operator, or any operator on meshes. */
export interface BasisNetwork<Inputs> {
  readonly name: string;
  readonly options: unknown;
  initialParameters(random: Random): Parameters;
  /** `[batch, ..., N]` */
  forward(parameters: ParameterTensors, inputs: Inputs): tf.Tensor;
}

/** What an operator that ends with a constraint was made with, as plain data. */
export interface ConstrainedOptions {
  readonly network: { readonly name: string; readonly options: unknown };
  readonly constraint: { readonly name: string; readonly options: unknown };
  readonly solve: ConstraintOptions;
}

/** An operator that ends with a constraint. */
export interface ConstrainedOperator<Inputs, Sample> {
  readonly name: 'constrained';
  readonly options: ConstrainedOptions;
  readonly network: BasisNetwork<Inputs>;
  readonly family: ConstraintFamily<Sample>;
  initialParameters(random: Random): Parameters;
  /** u, `[batch, ..., 1]`; samples come with the run's context, or as `context` to an eager call. */
  forward(parameters: ParameterTensors, inputs: Inputs, context?: ConstraintContext<Sample>): tf.Tensor;
  /** Basis fields, `[batch, ..., N]`: the part that is written into a file. */
  basis(parameters: ParameterTensors, inputs: Inputs): tf.Tensor;
}

/**
 * Ends a network with a constraint: the network proposes N fields a point, experts combine them such that the equation holds,
 *
 *     u = c + Σ_k χ_k E b_θ ω_k,   ω = argmin Φ(ω; b_θ)
 *
 * and gradients reach θ through the solves by implicit differentiation of ∇Φ = 0 with the full Hessian (Chalapathi, Du, Krishnapriyan
 * 2024, Scaling physics-informed hard constraints with mixture-of-experts).
 *
 * @throws InvalidInputError for options that cannot be used
 */
export function constrained<Inputs, Sample>(
  network: BasisNetwork<Inputs>,
  constraint: ConstraintFamily<Sample>,
  options: Partial<ConstraintOptions> = {},
  run: Partial<ConstraintRun> = {},
): ConstrainedOperator<Inputs, Sample> {
  const solve = constraintOptions(options);
  const basis = (parameters: ParameterTensors, inputs: Inputs) => network.forward(parameters, inputs);
  return {
    name: 'constrained',
    options: {
      network: { name: network.name, options: network.options },
      constraint: { name: constraint.name, options: constraint.options },
      solve,
    },
    network,
    family: constraint,
    initialParameters: (random) => network.initialParameters(random),
    basis,
    forward: (parameters, inputs, context) =>
      constrainedField(basis(parameters, inputs), constraint, solve, run, context),
  };
}
