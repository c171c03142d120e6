import { InvalidInputError } from '../../common/errors.js';
import { applyLineOperator, type LineOperator, solveShifted } from './line-operator.js';
import type { Retardation } from './retardation.js';

/** M(u)_t = L u + s(t) with diagonal, increasing M. */
export interface MassEquation {
  readonly operator: LineOperator;
  readonly retardation: Retardation;
  /** Adds s at a time to the rates */
  readonly addSource?: (time: number, out: Float64Array) => void;
}

export interface StepControl {
  /** Error of a step in u, relative and absolute */
  readonly tolerance: number;
  /** Without error control, every step has this length */
  readonly fixedStep?: number;
}

export interface Advanced {
  /** Integral of Σ_i (L u)_i, what passes the ends, by the quadrature of the steps */
  readonly passed: number;
  /** Length of the step that should come next */
  readonly nextStep: number;
}

/** Advances u in place; without a first step, one as long as it takes to diffuse over a cell is tried. */
export type Advance = (u: Float64Array, interval: number, time: number, firstStep?: number) => Advanced;

/** Stages of the method, which is diagonally implicit with γ = 1/4 and ends in its last stage. */
const GAMMA = 1 / 4;
const STAGES = [
  [],
  [1 / 2],
  [17 / 50, -1 / 25],
  [371 / 1360, -137 / 2720, 15 / 544],
  [25 / 24, -49 / 48, 125 / 16, -85 / 12],
];
const WEIGHTS = [...STAGES[4], GAMMA];
const TIMES = [1 / 4, 3 / 4, 11 / 20, 1 / 2, 1];
/** Weights of the answer less those of the embedded method of third order */
const DIFFERENCE = [25 / 24 - 59 / 48, -49 / 48 + 17 / 96, 125 / 16 - 225 / 32, 0, 1 / 4];

const NEWTON_ITERATIONS = 12;
const SMALLEST_STEP = 1e-12;

/**
 * Singly diagonally implicit Runge–Kutta of fourth order, L-stable, on the masses:
 *
 *     M(U_i) − γh L U_i = M(u) + h Σ_{j<i} a_ij k_j + γh s(t_i),   k_i = L U_i + s(t_i)
 *
 * each by Newton's method with its tridiagonal matrix. Masses change by h Σ b_i k_i alone, so that what the cells hold
 * together changes by what passes the ends, as exactly as the stages are solved. Steps are chosen by the embedded method
 * of third order, its error smoothed by (R − γhL)⁻¹, which takes it from masses to concentrations.
 *
 * Source: Hairer & Wanner, Solving Ordinary Differential Equations II (1996), table 6.5 and § IV.8.
 * @throws InvalidInputError when no step above 1e-12 of the interval is accepted
 */
export function massSteps(
  { operator, retardation, addSource }: MassEquation,
  { tolerance, fixedStep }: StepControl,
): Advance {
  const cells = operator.diagonal.length;
  const array = () => new Float64Array(cells);
  const rates = TIMES.map(array);
  const [known, stage, change, weights, work, error] = Array.from({ length: 6 }, array);
  const cellTime = 1 / operator.diagonal.reduce((largest, value) => Math.max(largest, -value), 0);
  const endFlux = sumOfRates(operator);
  const fluxes = new Float64Array(TIMES.length);
  const newtonTolerance = fixedStep === undefined ? 1e-3 * tolerance : 1e-12;

  /** Solves stage `index` from the guess in `stage`; false where Newton's method does not settle. */
  const solveStage = (index: number, u: Float64Array, h: number, time: number): boolean => {
    const a = GAMMA * h;
    const t = time + TIMES[index] * h;
    const row = STAGES[index];
    for (let i = 0; i < cells; i++) {
      let sum = 0;
      for (let j = 0; j < row.length; j++) sum += row[j] * rates[j][i];
      known[i] = retardation.mass(u[i]) + h * sum;
    }
    const rate = rates[index];
    const evaluate = () => {
      applyLineOperator(operator, stage, rate);
      addSource?.(t, rate);
    };
    for (let iteration = 0; iteration < NEWTON_ITERATIONS; iteration++) {
      evaluate();
      for (let i = 0; i < cells; i++) {
        weights[i] = retardation.factor(stage[i]);
        change[i] = known[i] + a * rate[i] - retardation.mass(stage[i], weights[i]);
      }
      solveShifted(operator, weights, a, change, work);
      let largest = 0;
      for (let i = 0; i < cells; i++) {
        stage[i] += change[i];
        largest = Math.max(largest, Math.abs(change[i]));
      }
      if (!Number.isFinite(largest)) return false;
      if (largest <= newtonTolerance) {
        // from the masses: L U would blow up what Newton's method left undone
        for (let i = 0; i < cells; i++) rate[i] = (retardation.mass(stage[i]) - known[i]) / a;
        fluxes[index] = endFlux(stage);
        return true;
      }
    }
    return false;
  };

  /** One step into `stage`; the size of its error in tolerances, or infinity. */
  const attempt = (u: Float64Array, h: number, time: number): number => {
    stage.set(u);
    for (let index = 0; index < TIMES.length; index++) {
      if (!solveStage(index, u, h, time)) return Number.POSITIVE_INFINITY;
    }
    if (fixedStep !== undefined) return 0;
    for (let i = 0; i < cells; i++) {
      let sum = 0;
      for (let j = 0; j < TIMES.length; j++) sum += DIFFERENCE[j] * rates[j][i];
      error[i] = h * sum;
      weights[i] = retardation.factor(stage[i]);
    }
    solveShifted(operator, weights, GAMMA * h, error, work);
    let squares = 0;
    for (let i = 0; i < cells; i++) {
      squares += (error[i] / (tolerance * (1 + Math.max(Math.abs(u[i]), Math.abs(stage[i]))))) ** 2;
    }
    return Math.sqrt(squares / cells);
  };

  return (u, interval, time, firstStep) => {
    let done = 0;
    let passed = 0;
    let h = fixedStep ? interval / Math.ceil(interval / fixedStep - 1e-9) : (firstStep ?? cellTime);
    while (done < interval) {
      const rest = interval - done;
      const step = rest <= h * (1 + 1e-9) ? rest : rest < 2 * h ? rest / 2 : h;
      const size = attempt(u, step, time + done);
      if (size <= 1) {
        fluxes.forEach((flux, index) => {
          passed += step * WEIGHTS[index] * flux;
        });
        u.set(stage);
        done = step === rest ? interval : done + step;
      }
      if (fixedStep !== undefined) {
        if (size <= 1) continue;
        throw new InvalidInputError(
          `diffusionSorptionFiniteVolumes: a fixed step of ${fixedStep} is too long; take a shorter one`,
        );
      }
      // a step cut short by the end of the interval says little against a longer one
      const next = step * Math.min(5, Math.max(0.2, 0.9 * (size || 1e-8) ** -0.25));
      h = size <= 1 && step < h ? Math.max(h, next) : next;
      if (h < SMALLEST_STEP * interval) {
        throw new InvalidInputError(
          `diffusionSorptionFiniteVolumes: no step above ${SMALLEST_STEP} of the interval meets the tolerance ` +
            `${tolerance} at t = ${time + done}; ask for less`,
        );
      }
    }
    return { passed, nextStep: h };
  };
}

/** u ↦ Σ_i (L u)_i from the sums of the matrix' columns, zero but at the ends. */
function sumOfRates({ lower, diagonal, upper, constant }: LineOperator): (u: Float64Array) => number {
  const last = diagonal.length - 1;
  const columns = diagonal.map(
    (value, i) => value + (i < last ? lower[i + 1] : 0) + (i > 0 ? upper[i - 1] : 0),
  );
  const fixed = constant.reduce((a, b) => a + b, 0);
  return (u) => u.reduce((sum, value, i) => sum + columns[i] * value, fixed);
}
