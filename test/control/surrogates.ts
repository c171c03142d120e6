import type { ControlSurrogate } from '../../control/index.js';
import { solve } from '../../solvers/index.js';

/** The solver's field made wrong on purpose: scaled, and with a bump that the truth has not. */
export function wrongSurrogate(scale: number, bump = 0): ControlSurrogate {
  return {
    predict: async (problem) => {
      const { solution } = await solve(problem);
      const { cellCentroids, dimension } = problem.mesh;
      return solution.map(
        (value, cell) => scale * value + bump * Math.sin(2 * cellCentroids[cell * dimension]),
      );
    },
    rangeOf: () => ({ outside: false, reasons: [] }),
  };
}
