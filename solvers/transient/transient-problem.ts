import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../../geometry/mesh.js';
import type { BoundaryConditions } from '../boundary-conditions.js';
import type { Conductivity } from '../conductivity.js';
import type { ContactResistance } from '../contact-resistance.js';
import {
  conductivitiesAt,
  type TemperatureDependentConductivity,
} from '../nonlinear/temperature-dependent-conductivity.js';
import { cellValues, type PoissonProblem } from '../problem.js';
import type { SampledValue } from '../sampled-values.js';

/** A value, or one for each time in s. */
export type TimeDependent<T> = T | { readonly at: (time: number) => T };

/**
 * C ∂u/∂t − ∇·(κ∇u) + c u = q on a mesh from an initial field on, C = ρ c_p. Source, conditions and κ may change with time,
 * κ with temperature instead. Units as in {@link PoissonProblem}.
 */
export interface TransientProblem {
  readonly mesh: Mesh;
  /** C > 0, J/(m³ K): one number, `[cell]`, or a function of the cell centroid */
  readonly heatCapacity: SampledValue;
  readonly conductivity?: TimeDependent<Conductivity> | TemperatureDependentConductivity;
  readonly reaction?: SampledValue;
  readonly source: TimeDependent<SampledValue>;
  readonly boundaryConditions: TimeDependent<BoundaryConditions>;
  readonly contactResistances?: readonly ContactResistance[];
  /** u at the start, K (or °C) */
  readonly initial: SampledValue;
}

/**
 * The steady problem of one moment: data at that time, κ at the temperatures `u`.
 *
 * @throws InvalidInputError where κ of a temperature is not a positive number, naming cell and temperature
 */
export function problemAt(problem: TransientProblem, time: number, u: Float64Array): PoissonProblem {
  const { mesh, reaction, contactResistances } = problem;
  return {
    mesh,
    reaction,
    contactResistances,
    conductivity: conductivityAt(problem, time, u),
    source: valueAt(problem.source, time),
    boundaryConditions: valueAt(problem.boundaryConditions, time),
  };
}

/** Whether κ depends on the temperature. */
export function isNonlinear({ conductivity }: TransientProblem): boolean {
  return isTemperatureDependent(conductivity);
}

/** Whether κ changes with time or temperature. */
export function hasChangingConductivity({ conductivity }: TransientProblem): boolean {
  return isTemperatureDependent(conductivity) || isTimeDependent(conductivity);
}

function conductivityAt(
  { conductivity }: TransientProblem,
  time: number,
  u: Float64Array,
): Conductivity | undefined {
  if (!isTemperatureDependent(conductivity)) return valueAt(conductivity, time);
  return conductivitiesAt('solveTransient', conductivity, u);
}

const isTemperatureDependent = (value: unknown): value is TemperatureDependentConductivity =>
  typeof (value as TemperatureDependentConductivity | undefined)?.of === 'function';

const isTimeDependent = (value: unknown): value is { readonly at: (time: number) => unknown } =>
  !ArrayBuffer.isView(value) &&
  !Array.isArray(value) &&
  typeof (value as { at?: unknown } | undefined)?.at === 'function';

function valueAt<T>(value: TimeDependent<T>, time: number): T {
  return isTimeDependent(value) ? (value.at(time) as T) : (value as T);
}

/** C of every cell. @throws InvalidInputError unless every one is positive */
export function heatCapacities({ mesh, heatCapacity }: TransientProblem): Float64Array {
  const values = cellValues(mesh, 'heatCapacity', heatCapacity);
  const bad = values.findIndex((value) => !(value > 0));
  if (bad >= 0) {
    throw new InvalidInputError(
      `solvers.solveTransient: expected a heat capacity > 0, heatCapacity[${bad}] is ${values[bad]}`,
    );
  }
  return values;
}

/** u of every cell at the start, a copy. */
export function initialField({ mesh, initial }: TransientProblem): Float64Array {
  return cellValues(mesh, 'initial', initial).slice();
}
