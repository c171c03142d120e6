import { InvalidInputError } from '../../common/errors.js';
import { nearest } from './nearest.js';
import type { HeatSection, ThermalSection } from './thermal-schema.js';

/**
 * The heat of a load case by its name, or without a name that of the file.
 *
 * @throws InvalidInputError for a name that is none, and where the file has load cases only and none is named
 */
export function heatOf({ heat, loadCases = [] }: ThermalSection, name?: string): HeatSection {
  const names = loadCases.map((each) => each.name);
  if (name === undefined) {
    if (heat.length > 0 || names.length === 0) return heat;
    throw new InvalidInputError(
      `the file has heat in load cases only; choose one with --case: ${names.join(', ')}`,
    );
  }
  const found = loadCases.find((each) => each.name === name);
  if (found) return found.heat;
  const meant = nearest(name, names);
  throw new InvalidInputError(
    `no load case is named '${name}'${meant ? `; did you mean '${meant}'?` : ';'} There are ${names.join(', ') || 'none'}`,
  );
}
