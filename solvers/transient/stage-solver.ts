import type { Progress } from '../../common/progress.js';
import { type BoundaryConditions, boundaryType, robinCoefficients } from '../boundary-conditions.js';
import { conjugateGradient, type SolveStatus } from '../conjugate-gradient.js';
import { type DiscreteSystem, residualOf } from '../discrete-system.js';
import { boundaryHeatRates } from '../heat-rates.js';
import { correctionVanishes } from '../non-orthogonal-correction.js';
import { newton } from '../nonlinear/newton.js';
import {
  assembleRightHandSide,
  checkedBoundaryValues,
  operatorOf,
  type PoissonOperator,
} from '../poisson-operator.js';
import type { Preconditioner } from '../preconditioner.js';
import { choosePreconditioner, type PreconditionerName } from '../preconditioner-choice.js';
import { cellReactions, cellSources } from '../problem.js';
import { solveSystem } from '../solve-system.js';
import { norm } from '../vectors.js';
import {
  hasChangingConductivity,
  isNonlinear,
  problemAt,
  type TransientProblem,
} from './transient-problem.js';

export interface StageSettings {
  readonly preconditioner: PreconditionerName | 'auto';
  readonly relativeTolerance: number;
  readonly maximumIterations: number;
  readonly nonOrthogonalCorrection: boolean | number;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

export interface Stage {
  /** U, `[cell]` */
  readonly u: Float64Array;
  /** (U − known)/h, K/s, `[cell]` */
  readonly rate: Float64Array;
  /** Σ over boundary, sources and reaction into the domain, W, from the face fluxes */
  readonly heatRate: number;
  /** Σ of the magnitudes of the same terms, W */
  readonly heatMagnitude: number;
  readonly iterations: number;
  readonly status: SolveStatus;
  readonly reason: string;
}

/** Below this part of ‖right-hand side‖ a residual is round-off. */
const ROUND_OFF = 1e-13;

/**
 * The implicit stages of a transient problem: with M = diag(C V) and h the step times the diagonal of the method,
 *
 *     M (U − known)/h = b(t) + s c(U) − B U,
 *
 * a Poisson problem with reaction C/h. Matrix and preconditioner are kept while h, κ, boundary types and Robin
 * coefficients stay.
 */
export function stageSolver(problem: TransientProblem, capacities: Float64Array, settings: StageSettings) {
  const { mesh } = problem;
  const reaction = cellReactions(mesh, problem.reaction);
  const nonlinear = isNonlinear(problem);
  const changing = hasChangingConductivity(problem);
  const share = Number(settings.nonOrthogonalCorrection);
  let kept: KeptOperator | undefined;

  function operatorAt(
    time: number,
    h: number,
    u: Float64Array,
    conditions: BoundaryConditions,
  ): KeptOperator {
    if (kept && kept.h === h && !changing && sameTypes(mesh, kept.conditions, conditions)) return kept;
    const inverse = capacities.map((capacity, cell) => capacity / h + (reaction?.[cell] ?? 0));
    const operator = operatorOf({ ...problemAt(problem, time, u), reaction: inverse });
    kept = keptOperator(operator, h, conditions, share, settings);
    return kept;
  }

  function systemAt(time: number, h: number, known: Float64Array, u: Float64Array): DiscreteSystem {
    const { source, boundaryConditions } = problemAt(problem, time, u);
    const operatorKept = operatorAt(time, h, u, boundaryConditions);
    const { operator, correctionShare } = operatorKept;
    const q = cellSources(mesh, source);
    const load = q.map((value, cell) => value + (capacities[cell] / h) * known[cell]);
    return {
      operator,
      rightHandSide: assembleRightHandSide(operator, load, boundaryConditions),
      boundaryValues: checkedBoundaryValues(operator, boundaryConditions),
      get preconditioner() {
        return operatorKept.preconditioner();
      },
      correctionShare,
    };
  }

  function heatAt(time: number, u: Float64Array, operator: PoissonOperator, correctionShare: number) {
    const { source, boundaryConditions } = problemAt(problem, time, u);
    const rates = boundaryHeatRates(operator, boundaryConditions, u, {
      nonOrthogonalCorrection: correctionShare,
    });
    const q = cellSources(mesh, source);
    let heatRate = 0;
    let heatMagnitude = 0;
    const add = (value: number) => {
      heatRate += value;
      heatMagnitude += Math.abs(value);
    };
    rates.forEach(add);
    for (let cell = 0; cell < u.length; cell++) {
      add(q[cell] * mesh.cellVolumes[cell]);
      if (reaction) add(-reaction[cell] * u[cell] * mesh.cellVolumes[cell]);
    }
    return { heatRate, heatMagnitude };
  }

  return {
    /** ∂u/∂t of a field and the heat it takes up, without a solve. */
    explicit(time: number, h: number, u: Float64Array): Stage {
      const system = systemAt(time, h, u, u);
      const rate = residualOf(system, u);
      for (let cell = 0; cell < rate.length; cell++) rate[cell] /= capacities[cell] * mesh.cellVolumes[cell];
      return {
        u,
        rate,
        ...heatAt(time, u, system.operator, system.correctionShare),
        iterations: 0,
        status: 'converged',
        reason: '',
      };
    },

    async solve(time: number, h: number, known: Float64Array, start: Float64Array): Promise<Stage> {
      const { maximumIterations, signal, progress } = settings;
      const u = start.slice();
      const system = systemAt(time, h, known, u);
      const scale = norm(residualOf(system, new Float64Array(u.length)));
      const target = Math.max(
        settings.relativeTolerance * norm(residualOf(system, known)),
        ROUND_OFF * scale,
      );
      const limits = { target, scale, maximumIterations, signal, progress };
      const rateOf = () => u.map((value, cell) => (value - known[cell]) / h);
      if (nonlinear) {
        const { iterations, status, reason } = await newton(
          (field) => systemAt(time, h, known, field),
          u,
          limits,
        );
        const { operator, correctionShare } = systemAt(time, h, known, u);
        const heat = heatAt(time, u, operator, correctionShare);
        return { u, rate: rateOf(), ...heat, iterations, status, reason };
      }
      const { state, correctionShare } = await solveSystem(system, u, limits);
      const { iterations, status, reason } = state;
      const heat = heatAt(time, u, system.operator, correctionShare);
      return { u, rate: rateOf(), ...heat, iterations, status, reason };
    },

    /** (M + h B)⁻¹ M e, roughly: an error estimate without what the stiff part of f makes of it. */
    smooth(e: Float64Array, h: number): Float64Array {
      if (!kept || kept.h !== h) return e;
      const load = e.map((value, cell) => (value * capacities[cell] * mesh.cellVolumes[cell]) / h);
      const { solution } = conjugateGradient(kept.operator.matrix, load, {
        preconditioner: kept.preconditioner(),
        relativeTolerance: 0.05,
      });
      return solution;
    },
  };
}

export type StageSolver = ReturnType<typeof stageSolver>;

interface KeptOperator {
  readonly operator: PoissonOperator;
  readonly h: number;
  readonly conditions: BoundaryConditions;
  readonly correctionShare: number;
  /** Made when first asked for: finite differences of Newton's method need none. */
  readonly preconditioner: () => Preconditioner;
}

function keptOperator(
  operator: PoissonOperator,
  h: number,
  conditions: BoundaryConditions,
  share: number,
  settings: StageSettings,
): KeptOperator {
  let made: Preconditioner | undefined;
  return {
    operator,
    h,
    conditions,
    correctionShare: share > 0 && correctionVanishes(operator) ? 0 : share,
    preconditioner: () => {
      made ??= choosePreconditioner(operator.matrix, settings.preconditioner);
      return made;
    },
  };
}

/** Whether the matrix of one set of conditions is that of the other. */
function sameTypes(mesh: TransientProblem['mesh'], a: BoundaryConditions, b: BoundaryConditions): boolean {
  if (a === b) return true;
  if (mesh.patches.some(({ name }) => !b[name] || boundaryType(a[name]) !== boundaryType(b[name])))
    return false;
  const before = robinCoefficients(mesh, a);
  return robinCoefficients(mesh, b).every((h, face) => h === before[face]);
}
