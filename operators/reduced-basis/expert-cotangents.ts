import type { WrittenCotangent } from './answer-space.js';
import type { CoupledProjection } from './coupled-projection.js';
import { combine } from './dense-products.js';
import { placesOf } from './expert-blocks.js';
import { ownModes } from './own-modes.js';
import { emptyPanels, fromPanels, PANEL, type Panels, panelsOfColumns } from './panels.js';
import type { BasisCotangent } from './projection-adjoint.js';
import { gatherRows, principalSubmatrix, scatterRows, timesEntries } from './row-sets.js';
import { applyPolynomial, polynomialOf, scalingOf } from './smoothing.js';

/**
 * The cotangent of the network's columns from that of the basis, Φ̄ = Σ left rightᵀ + imageWeight BΦ:
 *
 *     b̄ = ā = Σ_k χ_k ⊙ SᵀΦ̄_k,   ḡ = Σ_k χ_k ⊙ F_k ⊙ SᵀΦ̄_k
 */
export function coupledCotangent(
  { operator, options, fields: n, modes, basis, images }: CoupledProjection,
  { left, right, imageWeight }: BasisCotangent,
): WrittenCotangent {
  const scaling = scalingOf(operator);
  const polynomial = polynomialOf(operator, scaling, options.smoothing, basis.columns);
  const outer = panelsOfColumns(left, basis.rows);
  const [sum, gains] = [emptyPanels(basis.rows, n), emptyPanels(basis.rows, modes === 'own' ? n : 0)];
  basis.blocks.forEach(({ cells, weights }, k) => {
    const factors = new Float64Array(right.length * n);
    right.forEach((vector, s) => {
      factors.set(vector.subarray(k * n, (k + 1) * n), s * n);
    });
    let part = combine(gatherRows(outer, cells), factors, n);
    addScaled(part, imageWeight, images[k]);
    // rows beyond the window are rubbish from here on; their weights are 0
    if (polynomial.keep.length > 0) {
      part = applyPolynomial(principalSubmatrix(scaling.transposed, cells), part, polynomial);
    }
    scatterRows(part, cells, sum, weights);
    if (modes === 'shared') return;
    const own = ownModes({ cells, weights }, n, placesOf(operator.mesh));
    scatterRows(timesEntries(part, own), cells, gains, weights);
  });
  return modes === 'shared' ? writtenOut(sum) : writtenOut(sum, gains);
}

/** Side by side, without factors that a graph would multiply. */
export function writtenOut(...parts: readonly Panels[]): WrittenCotangent {
  const [{ rows }] = parts;
  const columns = parts.reduce((count, part) => count + part.columns, 0);
  const image = new Float32Array(rows * columns);
  let first = 0;
  for (const part of parts) {
    const values = fromPanels(part, new Float32Array(rows * part.columns));
    for (let row = 0; row < rows; row++) {
      image.set(values.subarray(row * part.columns, (row + 1) * part.columns), row * columns + first);
    }
    first += part.columns;
  }
  return { left: new Float32Array(0), right: new Float32Array(0), image };
}

/** Y ← Y + aX, panels of one shape */
export function addScaled(y: Panels, a: number, x: Panels): void {
  const length = y.rows * PANEL * Math.ceil(y.columns / PANEL);
  for (let at = 0; at < length; at++) y.values[at] += a * x.values[at];
}
