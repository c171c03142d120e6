import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../../geometry/index.js';
import type { TemperatureDependentConductivity } from '../../solvers/index.js';
import { byRegion, valuesByRegion } from './build-thermal.js';
import { type ConductivityLaw, type ConductivitySection, isLaw } from './conductivity-schema.js';

/** κ and dκ/dT at a temperature in °C. */
interface Law {
  readonly of: (temperature: number) => number;
  readonly slope: (temperature: number) => number;
}

/** Whether some κ of a file is a law of the temperature. */
export function changesWithTemperature(given: ConductivitySection): boolean {
  return (
    typeof given === 'object' &&
    (isLaw(given) || Object.values(given).some((each) => typeof each === 'object'))
  );
}

/** κ of every cell of a file where it does not depend on the temperature. @throws InvalidInputError where it does */
export function constantConductivity(
  mesh: Mesh,
  given: ConductivitySection,
  command: string,
): number | Float64Array {
  if (!changesWithTemperature(given)) {
    return byRegion(mesh, 'conductivity', given as number | Readonly<Record<string, number>>);
  }
  throw new InvalidInputError(
    `conductivity: it depends on the temperature, which fieldsmith solve takes alone; fieldsmith ${command} needs numbers`,
  );
}

/** κ of every cell of a file, a law of the temperature in °C where one is given. */
export function conductivityOf(
  mesh: Mesh,
  given: ConductivitySection,
): number | Float64Array | TemperatureDependentConductivity {
  if (!changesWithTemperature(given)) return constantConductivity(mesh, given, 'solve');
  if (isLaw(given)) {
    const { of, slope } = lawOf(given);
    return { of: (temperature) => of(temperature), slope: (temperature) => slope(temperature) };
  }
  const laws = valuesByRegion(
    mesh,
    'conductivity',
    given as Readonly<Record<string, number | ConductivityLaw>>,
    lawOf,
  );
  return {
    of: (temperature, cell) => laws[cell].of(temperature),
    slope: (temperature, cell) => laws[cell].slope(temperature),
  };
}

/** °C of 0 K. */
const ABSOLUTE_ZERO = -273.15;

function lawOf(given: number | ConductivityLaw): Law {
  if (typeof given === 'number') return { of: () => given, slope: () => 0 };
  const { table, polynomial, temperatureUnit = 'C' } = given;
  const law = table ? tabulated(table) : powers(polynomial!);
  if (temperatureUnit === 'C') return law;
  return {
    of: (temperature) => law.of(temperature - ABSOLUTE_ZERO),
    slope: (temperature) => law.slope(temperature - ABSOLUTE_ZERO),
  };
}

function tabulated(table: readonly (readonly [number, number])[]): Law {
  const last = table.length - 1;
  /** The interval that a temperature lies in, −1 and `last` beyond the ends */
  const place = (temperature: number) => {
    const next = table.findIndex(([at]) => at > temperature);
    return next < 0 ? last : next - 1;
  };
  const slopeIn = (k: number) =>
    k < 0 || k >= last ? 0 : (table[k + 1][1] - table[k][1]) / (table[k + 1][0] - table[k][0]);
  return {
    of: (temperature) => {
      const k = Math.max(0, place(temperature));
      return table[k][1] + slopeIn(place(temperature)) * (temperature - table[k][0]);
    },
    slope: (temperature) => slopeIn(place(temperature)),
  };
}

function powers(coefficients: readonly number[]): Law {
  const slopes = coefficients.slice(1).map((value, k) => (k + 1) * value);
  const horner = (values: readonly number[], at: number) =>
    values.reduceRight((sum, value) => sum * at + value, 0);
  return {
    of: (temperature) => horner(coefficients, temperature),
    slope: (temperature) => horner(slopes, temperature),
  };
}
