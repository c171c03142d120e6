import type { SemilinearProblem, Spectrum } from './etdrk4.js';
import { periodicTransform, type SplitGrid } from './periodic-transform.js';

/**
 * u_t + (u·∇)u = νΔu with d components on d axes, in Fourier space and free of aliasing by the 2/3 rule along each axis:
 *
 *     𝒩_i = −P F[Σ_j u_j g_ij],   u_j = F⁻¹ P û_j,   g_ij = F⁻¹ ik_j P û_i
 *     (𝒩' δ)_i = −P F[Σ_j δ_j g_ij + u_j ∂_j δ_i],   (𝒩'ᵀ w)_i = −P F[Σ_k g_ki w_k] + Σ_j ik_j P F[u_j w_i]
 *
 * Columns are `component · trajectories + trajectory`; the fields on the grid are u first, then the gradients.
 */
export function advectiveTransport(
  points: readonly number[],
  length: readonly number[],
  viscosity: number,
  trajectories: number,
): SemilinearProblem {
  const d = points.length;
  const columns = d * trajectories;
  const fieldColumns = columns + d * columns;
  const states = periodicTransform(points, columns, 'dealiased');
  const fields = periodicTransform(points, fieldColumns, 'dealiased');
  const { modes } = states;
  const wave = states.waves.map((integers, axis) => integers.map((k) => (2 * Math.PI * k) / length[axis]));
  const total = points.reduce((a, b) => a * b, 1);
  const base = fields.grid();
  const other = fields.grid();
  const products = states.grid();
  const spectrum = fields.spectrum();
  const gridPoints = products.even.length / columns;

  /** u and its gradients on the grid. */
  const toGrid = ({ re, im }: Spectrum, grid: SplitGrid) => {
    const { re: toRe, im: toIm } = spectrum;
    for (let mode = 0; mode < modes; mode++) {
      const from = mode * columns;
      const to = mode * fieldColumns;
      for (let column = 0; column < columns; column++) {
        toRe[to + column] = re[from + column];
        toIm[to + column] = im[from + column];
      }
      for (let component = 0; component < d; component++) {
        for (let axis = 0; axis < d; axis++) {
          const k = wave[axis][mode];
          const start = from + component * trajectories;
          const target = to + columns + (component * d + axis) * trajectories;
          for (let t = 0; t < trajectories; t++) {
            toRe[target + t] = -k * im[start + t];
            toIm[target + t] = k * re[start + t];
          }
        }
      }
    }
    fields.inverse(spectrum, grid);
  };
  /** out_i ← Σ_j a_j ∂_j b_i, or that added to out_i */
  const transport = (a: Float64Array, b: Float64Array, out: Float64Array, add: boolean) => {
    for (let point = 0; point < gridPoints; point++) {
      const u = point * fieldColumns;
      for (let i = 0; i < d; i++) {
        const g = u + columns + i * columns;
        const to = point * columns + i * trajectories;
        for (let t = 0; t < trajectories; t++) {
          let sum = add ? out[to + t] : 0;
          for (let j = 0, at = t; j < d; j++, at += trajectories) sum += a[u + at] * b[g + at];
          out[to + t] = sum;
        }
      }
    }
  };
  const scale = ({ re, im }: Spectrum, factor: number) => {
    for (let at = 0; at < re.length; at++) {
      re[at] *= factor;
      im[at] *= factor;
    }
  };

  return {
    modes,
    columns,
    linear: wave[0].map((_, mode) => -viscosity * wave.reduce((sum, k) => sum + k[mode] * k[mode], 0)),
    evaluate(v, out) {
      toGrid(v, base);
      transport(base.even, base.even, products.even, false);
      transport(base.odd, base.odd, products.odd, false);
      states.forward(products, out);
      scale(out, -1 / total);
    },
    tangent(direction, out) {
      toGrid(direction, other);
      transport(other.even, base.even, products.even, false);
      transport(base.even, other.even, products.even, true);
      transport(other.odd, base.odd, products.odd, false);
      transport(base.odd, other.odd, products.odd, true);
      states.forward(products, out);
      scale(out, -1 / total);
    },
    adjoint(cotangent, out) {
      states.inverse(cotangent, products);
      adjointProducts(base.even, products.even, other.even, { d, trajectories, gridPoints });
      adjointProducts(base.odd, products.odd, other.odd, { d, trajectories, gridPoints });
      fields.forward(other, spectrum);
      const { re, im } = spectrum;
      for (let mode = 0; mode < modes; mode++) {
        const from = mode * fieldColumns;
        for (let component = 0; component < d; component++) {
          for (let t = 0; t < trajectories; t++) {
            const column = component * trajectories + t;
            let sumRe = -re[from + column];
            let sumIm = -im[from + column];
            for (let axis = 0; axis < d; axis++) {
              const at = from + columns + (component * d + axis) * trajectories + t;
              sumRe -= wave[axis][mode] * im[at];
              sumIm += wave[axis][mode] * re[at];
            }
            out.re[mode * columns + column] = sumRe / total;
            out.im[mode * columns + column] = sumIm / total;
          }
        }
      }
    },
  };
}

/** Σ_k g_ki w_k in the place of u_i, and u_j w_i in that of g_ij. */
function adjointProducts(
  base: Float64Array,
  w: Float64Array,
  out: Float64Array,
  { d, trajectories, gridPoints }: { d: number; trajectories: number; gridPoints: number },
): void {
  const columns = d * trajectories;
  const fieldColumns = columns + d * columns;
  for (let point = 0; point < gridPoints; point++) {
    const field = point * fieldColumns;
    const weight = point * columns;
    for (let i = 0; i < d; i++) {
      for (let t = 0; t < trajectories; t++) {
        let sum = 0;
        for (let k = 0; k < d; k++) {
          const wk = w[weight + k * trajectories + t];
          sum += base[field + columns + (k * d + i) * trajectories + t] * wk;
          out[field + columns + (k * d + i) * trajectories + t] = base[field + i * trajectories + t] * wk;
        }
        out[field + i * trajectories + t] = sum;
      }
    }
  }
}
