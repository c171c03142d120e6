import { InvalidInputError } from '../../common/errors.js';

/** κ of a cell from its temperature in W/(m K); isotropic. */
export interface TemperatureDependentConductivity {
  readonly of: (temperature: number, cell: number) => number;
  /** dκ/du, W/(m K²), for Newton's method in `solveNonlinear`; by default by differences */
  readonly slope?: (temperature: number, cell: number) => number;
}

/** κ of every cell at temperatures `u`. @throws InvalidInputError where one is not positive, naming cell and temperature */
export function conductivitiesAt(
  caller: string,
  conductivity: TemperatureDependentConductivity,
  u: Float64Array,
): Float64Array {
  return u.map((temperature, cell) => {
    const value = conductivity.of(temperature, cell);
    if (value > 0 && value < Number.POSITIVE_INFINITY) return value;
    throw new InvalidInputError(
      `solvers.${caller}: expected a positive conductivity, conductivity.of(${temperature}) is ${value} in cell ${cell}`,
    );
  });
}

/** Of temperatures, relative and at least, for the slope. */
const DIFFERENCE = 1e-4;

/** dκ/du of every cell. */
export function slopesAt(conductivity: TemperatureDependentConductivity, u: Float64Array): Float64Array {
  const { of, slope } = conductivity;
  if (slope) return u.map((temperature, cell) => slope(temperature, cell));
  return u.map((temperature, cell) => {
    const step = DIFFERENCE * Math.max(1, Math.abs(temperature));
    return (of(temperature + step, cell) - of(temperature - step, cell)) / (2 * step);
  });
}
