import spectralSteps from '../kernels/compiled/spectral-steps.js';
import type { KernelSpace } from '../kernels/kernel-space.js';
import type { EtdCoefficients } from './etd-coefficients.js';
import type { Spectrum } from './etdrk4.js';

/** The linear combinations of one ETDRK4 step; outputs are not among the inputs. */
export interface EtdStages {
  /** out = E₂ v + Q n */
  first(out: Spectrum, v: Spectrum, n: Spectrum, factors: EtdCoefficients): void;
  /** out = E₂ a + Q (2 nb − nv) */
  last(out: Spectrum, a: Spectrum, nb: Spectrum, nv: Spectrum, factors: EtdCoefficients): void;
  /** out = E v + f₁ nv + 2 f₂ (na + nb) + f₃ nc */
  combine(
    out: Spectrum,
    v: Spectrum,
    n: Record<'nv' | 'na' | 'nb' | 'nc', Spectrum>,
    factors: EtdCoefficients,
  ): void;
}

export function scriptStages(columns: number): EtdStages {
  return {
    first(out, v, n, { half, q }) {
      for (const part of PARTS) {
        const [o, x, y] = [out[part], v[part], n[part]];
        for (let mode = 0, at = 0; mode < half.length; mode++) {
          const [e, w] = [half[mode], q[mode]];
          for (const end = at + columns; at < end; at++) o[at] = e * x[at] + w * y[at];
        }
      }
    },
    last(out, a, nb, nv, { half, q }) {
      for (const part of PARTS) {
        const [o, x, y, z] = [out[part], a[part], nb[part], nv[part]];
        for (let mode = 0, at = 0; mode < half.length; mode++) {
          const [e, w] = [half[mode], q[mode]];
          for (const end = at + columns; at < end; at++) o[at] = e * x[at] + w * (2 * y[at] - z[at]);
        }
      }
    },
    combine(out, v, { nv, na, nb, nc }, { full, f1, f2, f3 }) {
      for (const part of PARTS) {
        const [o, x, early, a, b, late] = [out[part], v[part], nv[part], na[part], nb[part], nc[part]];
        for (let mode = 0, at = 0; mode < full.length; mode++) {
          const [e, w1, w2, w3] = [full[mode], f1[mode], 2 * f2[mode], f3[mode]];
          for (const end = at + columns; at < end; at++) {
            o[at] = e * x[at] + w1 * early[at] + w2 * (a[at] + b[at]) + w3 * late[at];
          }
        }
      }
    },
  };
}

const PARTS = ['re', 'im'] as const;

/** The same by kernels, for spectra in their space. */
export function vectorStages(space: KernelSpace, modes: number, columns: number): EtdStages {
  const names = ['full', 'half', 'q', 'f1', 'f2', 'f3'] as const;
  const tables = names.map(() => space.array(modes));
  const width = 8 * columns;
  let current: EtdCoefficients | undefined;
  let [full, half, q, f1, f2, f3] = [0, 0, 0, 0, 0, 0];
  const load = (factors: EtdCoefficients) => {
    if (factors === current) return;
    current = factors;
    for (const [i, name] of names.entries()) tables[i]().set(factors[name]);
    [full, half, q, f1, f2, f3] = tables.map((table) => table().byteOffset);
  };
  const kernels = space.functions<'firstStage' | 'lastStage' | 'combine'>(spectralSteps);
  return {
    first(out, v, n, factors) {
      load(factors);
      const { firstStage } = kernels();
      firstStage(out.re.byteOffset, v.re.byteOffset, n.re.byteOffset, half, q, modes, width);
      firstStage(out.im.byteOffset, v.im.byteOffset, n.im.byteOffset, half, q, modes, width);
    },
    last(out, a, nb, nv, factors) {
      load(factors);
      const { lastStage } = kernels();
      for (const part of PARTS) {
        const [x, y, z] = [a[part].byteOffset, nb[part].byteOffset, nv[part].byteOffset];
        lastStage(out[part].byteOffset, x, y, z, half, q, modes, width);
      }
    },
    combine(out, v, { nv, na, nb, nc }, factors) {
      load(factors);
      const { combine } = kernels();
      for (const part of PARTS) {
        const [to, from] = [out[part].byteOffset, v[part].byteOffset];
        const [early, a, b, late] = [
          nv[part].byteOffset,
          na[part].byteOffset,
          nb[part].byteOffset,
          nc[part].byteOffset,
        ];
        combine(to, from, early, a, b, late, full, f1, f2, f3, modes, width);
      }
    },
  };
}
