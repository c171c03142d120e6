import {
  coloursOf,
  fullReach,
  joinedReach,
  type Reach,
  reachOf,
  type SystemBasis,
  sideBySide,
} from './expert-bases.js';
import type { StencilResidual } from './residual.js';
import { setBlockColumns } from './row-blocks.js';
import type { RowChunk } from './row-chunks.js';

/** Which experts' fields R_u carries to which equations; for a nonlinear R, of fields of both signs. */
export function stencilReach(residual: StencilResidual, data: Float64Array, basis: SystemBasis): Reach {
  const { points, experts } = basis;
  if (experts.length === 1) return fullReach(1, residual.equations);
  const at = (sign: number): Reach => {
    const u = Float64Array.from({ length: points }, (_, point) => sign * (1 + ((point * Math.SQRT2) % 1)));
    return reachOf(basis, (x, columns) => residual.jvp(u, data, x, columns));
  };
  return residual.linear ? at(1) : joinedReach([at(1), at(-1)]);
}

/** R_u V at the equations of chunks, `[row][N of every expert that the chunk sees]`; one product for each colour. */
export function stencilImages(
  residual: StencilResidual,
  data: Float64Array,
  basis: SystemBasis,
  reach: Reach,
  chunks: readonly (RowChunk & { readonly equations: Int32Array })[],
  u: Float64Array,
): Float64Array[] {
  const { columns } = basis;
  const images = chunks.map(({ rows, experts }) => new Float64Array(rows.length * columns * experts.length));
  for (const colour of coloursOf(reach)) {
    const fields = residual.jvp(u, data, sideBySide(basis, colour), columns);
    chunks.forEach(({ experts, equations }, index) => {
      experts.forEach((expert, at) => {
        if (!colour.includes(expert)) return;
        setBlockColumns(images[index], columns * experts.length, at * columns, fields, columns, equations);
      });
    });
  }
  return images;
}
