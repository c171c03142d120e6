import { diagonal, multiply } from '../../solvers/index.js';
import { dot } from '../../solvers/vectors.js';
import type { FieldLoss } from './supervision.js';

/**
 * Mean over fields of (½ûᵀBû − bᵀû) / E, least at the discrete solution, without labels. E, held constant, is the
 * larger of bᵀD⁻¹b and the energy (bᵀû)²/(ûᵀBû) of û's best multiple: both bound the solution's bᵀu from below up to a
 * factor 2, so that every sample weighs about the same.
 *
 * On a reduced basis the projection's own energy is used, see `projectedLoss`.
 */
export function ritzEnergy(): FieldLoss {
  return {
    name: 'ritz-energy',
    options: {},
    evaluate: (samples, fields) => {
      const count = fields.reduce((sum, sources) => sum + sources.length, 0);
      let value = 0;
      const cotangents = fields.map((sources, b) => {
        const { operator, rightHandSides } = samples[b];
        const diagonalEntries = diagonal(operator.matrix);
        return sources.map((field, s) => {
          const load = rightHandSides[s];
          const image = multiply(operator.matrix, field);
          const quadratic = dot(field, image);
          const linear = dot(load, field);
          const scaled = load.map((entry, cell) => entry / diagonalEntries[cell]);
          const energy = Math.max(dot(load, scaled), quadratic > 0 ? linear ** 2 / quadratic : 0);
          if (!(energy > 0)) return image.fill(0);
          value += (quadratic / 2 - linear) / (energy * count);
          return image.map((entry, cell) => (entry - load[cell]) / (energy * count));
        });
      });
      return { value, cotangents };
    },
  };
}
