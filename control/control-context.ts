import type { BoundaryConditions, PoissonProblem } from '../solvers/index.js';
import {
  type CertifiedField,
  type CertifiedSolver,
  certifiedSolver,
  type SolverSettings,
} from './certified-solver.js';
import type { ControlSpace } from './control-space.js';
import { controlledConditions, unitConditions } from './controlled-conditions.js';

/** A problem with its controls and the solver's answers to them; what can be used again is kept. */
export interface ControlContext {
  readonly problem: PoissonProblem;
  readonly space: ControlSpace;
  readonly settings: SolverSettings;
  /** Right-hand sides solved so far, adjoint ones not counted */
  solves(): number;
  conditionsAt(p: Float64Array, free?: boolean): BoundaryConditions;
  /** The solver at p; the same for all p where the problem is affine */
  solverAt(p: Float64Array, free?: boolean): Promise<CertifiedSolver>;
  /** Certified fields of several sources with the controls at p. */
  solveAt(
    p: Float64Array,
    sources: readonly Float64Array[],
    options?: { readonly guesses?: readonly Float64Array[]; readonly free?: boolean },
  ): Promise<CertifiedField[]>;
  /** What each parameter adds to the field, of an affine problem; solved for once. */
  columns(): Promise<readonly CertifiedField[]>;
}

export function controlContext(
  problem: PoissonProblem,
  space: ControlSpace,
  settings: SolverSettings,
): ControlContext {
  let solved = 0;
  let kept: { conditions: BoundaryConditions; key: string; solver: Promise<CertifiedSolver> } | undefined;
  let columns: Promise<CertifiedField[]> | undefined;
  const coefficients = (p: Float64Array) =>
    space.blocks
      .filter(({ quantity }) => quantity === 'coefficient')
      .map(({ first, shapes }) => p.subarray(first, first + shapes.length).join())
      .join(';');
  const context: ControlContext = {
    problem,
    space,
    settings,
    solves: () => solved,
    conditionsAt: (p, free = false) => controlledConditions(problem, space, p, free),
    solverAt: (p, free = false) => {
      const key = `${coefficients(p)} ${free && !space.affine}`;
      if (kept?.key !== key) {
        const conditions = context.conditionsAt(p, free);
        kept = { key, conditions, solver: certifiedSolver(problem, conditions, settings) };
      }
      return kept.solver;
    },
    solveAt: async (p, sources, { guesses, free } = {}) => {
      const solver = await context.solverAt(p, free);
      const conditions = context.conditionsAt(p, free);
      solved += sources.length;
      return solver.solve(
        sources.map((source) => ({ source, conditions })),
        guesses,
      );
    },
    columns: () => {
      columns ??= solveColumns().catch((error) => {
        // another attempt may have another signal
        columns = undefined;
        throw error;
      });
      return columns;
    },
  };
  const solveColumns = async () => {
    const solver = await context.solverAt(space.reference, true);
    const loads = Array.from({ length: space.count }, (_, j) => ({
      source: 0,
      conditions: unitConditions(problem, space, j),
    }));
    solved += loads.length;
    return solver.solve(loads);
  };
  return context;
}
