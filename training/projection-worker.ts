import { type EnergyParts, type EnergyRequest, energyParts } from '../operators/index.js';

/** Runs in a worker thread of `projectionPool`. */
export default function run(request: EnergyRequest): EnergyParts {
  return energyParts(request);
}
