import { FieldsmithError } from '../../common/errors.js';

/** A run whose grid or step is too coarse for its viscosity, with the trajectory it was noticed in. */
export class UnderResolvedError extends FieldsmithError {
  constructor(
    message: string,
    readonly trajectory: number,
  ) {
    super(message);
  }
}

/** Share of the energy that the upper 40 % of the kept wave numbers may hold. */
export const TAIL_ENERGY_LIMIT = 1e-10;

export interface ShockOptions {
  viscosity: number;
  /** Distance between two points */
  spacing: number;
  /** Fall of u across the shock */
  jump: number;
}

/**
 * The steady viscous shock u = ū − (Δu/2) tanh(Δu (x − x_s)/4ν): its 10–90 % width 4 artanh(0.8) · 2ν/Δu ≈ 8.8 ν/Δu,
 * how many cells lie across it, and its steepest slope Δu²/8ν. A reference needs about 8 cells, a surrogate's grid 2.5.
 */
export function shockResolution({ viscosity, spacing, jump }: ShockOptions) {
  const width = (8 * Math.atanh(0.8) * viscosity) / jump;
  return { width, cells: width / spacing, slope: (jump * jump) / (8 * viscosity) };
}

/**
 * Throws (or reports) where a trajectory's share of energy in the upper wave numbers shows that its shocks are not
 * resolved, with the width of a shock as large as the range of u in cells and the grid that would do.
 */
export function refuseUnderResolved(
  name: string,
  trajectory: number,
  tailShare: number,
  { viscosity, spacing, range }: { viscosity: number; spacing: number; range: number },
  report?: (message: string) => void,
): void {
  if (tailShare <= TAIL_ENERGY_LIMIT) return;
  const { width, cells } = shockResolution({ viscosity, spacing, jump: range });
  const message =
    `${name}: trajectory ${trajectory} is under-resolved: the upper 40 % of the wave numbers hold ` +
    `${tailShare.toExponential(1)} of its energy (limit ${TAIL_ENERGY_LIMIT}); a shock of jump ` +
    `${range.toPrecision(3)} at viscosity ${viscosity} is ${width.toPrecision(2)} wide, ${cells.toPrecision(2)} cells; ` +
    'double the points, raise the viscosity, or use burgersFiniteVolumes';
  if (report) report(message);
  else throw new UnderResolvedError(message, trajectory);
}
