import { definedOnly } from '../../common/defined-only.js';
import { IllPosedProblemError, InvalidInputError } from '../../common/errors.js';
import type { Progress } from '../../common/progress.js';
import { boundaryFaceValues } from '../boundary-conditions.js';
import { CONJUGATE_GRADIENT_DEFAULTS, type SolveStatus } from '../conjugate-gradient.js';
import { type DiscreteSystem, residualOf } from '../discrete-system.js';
import { correctionVanishes } from '../non-orthogonal-correction.js';
import { assemble, checkedBoundaryValues } from '../poisson-operator.js';
import type { Preconditioner } from '../preconditioner.js';
import { choosePreconditioner, type PreconditionerName } from '../preconditioner-choice.js';
import type { PoissonProblem } from '../problem.js';
import { norm } from '../vectors.js';
import { jacobianProduct } from './jacobian-product.js';
import { newton } from './newton.js';
import {
  conductivitiesAt,
  slopesAt,
  type TemperatureDependentConductivity,
} from './temperature-dependent-conductivity.js';

/** −∇·(κ(u)∇u) + c u = q with conditions on the patches. */
export interface NonlinearProblem extends Omit<PoissonProblem, 'conductivity'> {
  readonly conductivity: TemperatureDependentConductivity;
}

export interface NonlinearOptions {
  /** u to start from, `[cell]`; by default the mean of the temperatures around the part */
  readonly start?: Float64Array;
  /** Bound on the true relative residual */
  readonly relativeTolerance?: number;
  /** Conjugate gradient iterations in all */
  readonly maximumIterations?: number;
  readonly preconditioner?: PreconditionerName | 'auto';
  /** See `SolveOptions` */
  readonly nonOrthogonalCorrection?: boolean | number;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

export const SOLVE_NONLINEAR_DEFAULTS = {
  ...CONJUGATE_GRADIENT_DEFAULTS,
  preconditioner: 'auto',
  nonOrthogonalCorrection: true,
} as const satisfies NonlinearOptions;

export interface NonlinearCertificate {
  /** `[cell]` */
  readonly solution: Float64Array;
  /** κ at it, `[cell]`: with it the problem is one of `heatBalance` and `gradients` */
  readonly conductivity: Float64Array;
  readonly status: SolveStatus;
  readonly reason: string;
  /** Newton steps */
  readonly steps: number;
  /** Conjugate gradient iterations in all of them */
  readonly iterations: number;
  /** ‖b + s c(u) − B u‖₂ with κ(u), at the start and after every step */
  readonly residualNorms: readonly number[];
  readonly residualNorm: number;
  /** residualNorm/‖b + s c(0)‖₂ with κ(u) */
  readonly relativeResidual: number;
  /** s */
  readonly nonOrthogonalCorrection: number;
  readonly preconditioner: string;
  readonly seconds: number;
}

/**
 * Steady heat where κ depends on the temperature: the finite volumes of `solve` with κ of every cell at its own temperature, by
 * Newton's method with the derivative of every flux (jacobian-product.ts) and steps that are solved the further the nearer the
 * answer is, so that on orthogonal meshes the residual falls quadratically. The answer is the steady state of `solveTransient`.
 *
 * @throws InvalidInputError on bad data or options, and where no temperature on the way has a positive κ; IllPosedProblemError
 *   where nothing fixes the temperature
 */
export async function solveNonlinear(
  problem: NonlinearProblem,
  options: NonlinearOptions = {},
): Promise<NonlinearCertificate> {
  const settings = { ...SOLVE_NONLINEAR_DEFAULTS, ...definedOnly(options) };
  const { relativeTolerance, maximumIterations, signal, progress } = settings;
  const share = Number(settings.nonOrthogonalCorrection);
  if (!(share >= 0 && share <= 1)) {
    throw new InvalidInputError(
      `solvers.solveNonlinear: expected nonOrthogonalCorrection to be true, false or a share in [0, 1], got ${share}`,
    );
  }
  const started = performance.now();
  const { conductivity } = problem;
  const systemAt = (u: Float64Array) => systemOf(problem, u, share, settings.preconditioner);
  const u = settings.start ? Float64Array.from(settings.start) : startOf(problem);
  if (u.length !== problem.mesh.cellCount) {
    throw new InvalidInputError(
      `solvers.solveNonlinear: expected a start of ${problem.mesh.cellCount} values, one per cell, got ${u.length}`,
    );
  }
  const scaleOf = (system: DiscreteSystem) => norm(residualOf(system, new Float64Array(u.length)));
  const residualNorms: number[] = [];
  let [steps, iterations] = [0, 0];
  for (;;) {
    const target = relativeTolerance * scaleOf(systemAt(u));
    const found = await newton(systemAt, u, {
      target,
      maximumIterations: maximumIterations - iterations,
      signal,
      progress,
      forcing: 'quadratic',
      jacobian: jacobianOf(conductivity),
    });
    steps += found.steps;
    iterations += found.iterations;
    residualNorms.push(...found.residualNorms.slice(residualNorms.length === 0 ? 0 : 1));
    const final = systemAt(u);
    const scale = scaleOf(final);
    // the scale has moved with κ: once more where that makes the residual too large
    const met = found.residualNorm <= relativeTolerance * scale;
    if (!met && found.status === 'converged' && found.steps > 0) continue;
    return {
      solution: u,
      conductivity: final.operator.conductivity,
      status: found.status,
      reason: found.reason,
      ...{ steps, iterations, residualNorms, residualNorm: found.residualNorm },
      relativeResidual: found.residualNorm === 0 ? 0 : found.residualNorm / scale,
      nonOrthogonalCorrection: final.correctionShare,
      preconditioner: final.preconditioner.name,
      seconds: (performance.now() - started) / 1000,
    };
  }
}

function systemOf(
  problem: NonlinearProblem,
  u: Float64Array,
  share: number,
  choice: PreconditionerName | 'auto',
): DiscreteSystem {
  const conductivity = conductivitiesAt('solveNonlinear', problem.conductivity, u);
  const { operator, rightHandSide } = assemble({ ...problem, conductivity });
  if (operator.singular) {
    throw new IllPosedProblemError(
      'solvers.solveNonlinear: nothing fixes the temperature, and with it κ; give a temperature or convection on a patch',
    );
  }
  let made: Preconditioner | undefined;
  return {
    operator,
    rightHandSide,
    boundaryValues: checkedBoundaryValues(operator, problem.boundaryConditions),
    // trial fields of a line search need none
    get preconditioner() {
      made ??= choosePreconditioner(operator.matrix, choice);
      return made;
    },
    correctionShare: share > 0 && correctionVanishes(operator) ? 0 : share,
  };
}

/** Fluxes and their slopes are those of one field for all products of a step. */
function jacobianOf(conductivity: TemperatureDependentConductivity) {
  const products = new WeakMap<DiscreteSystem, (z: Float64Array) => Float64Array>();
  return (system: DiscreteSystem, u: Float64Array, z: Float64Array): Float64Array => {
    let product = products.get(system);
    if (!product) {
      product = jacobianProduct(system, u, slopesAt(conductivity, u));
      products.set(system, product);
    }
    return product(z);
  };
}

/** The mean of given and ambient temperatures by area. */
function startOf({ mesh, boundaryConditions }: NonlinearProblem): Float64Array {
  const values = boundaryFaceValues(mesh, boundaryConditions);
  let [sum, area] = [0, 0];
  for (const { name, start, size } of mesh.patches) {
    const type = boundaryConditions[name]?.type;
    if (type !== 'dirichlet' && type !== 'robin') continue;
    for (let face = start; face < start + size; face++) {
      sum += mesh.faceAreas[face] * values[face - mesh.internalFaceCount];
      area += mesh.faceAreas[face];
    }
  }
  return new Float64Array(mesh.cellCount).fill(area > 0 ? sum / area : 0);
}
