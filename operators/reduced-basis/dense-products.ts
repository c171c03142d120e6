import { panelKernels } from '../../solvers/kernels/panel-kernels.js';
import { emptyPanels, lastColumnAlone, PANEL, type Panels, panelCount, setLastColumn } from './panels.js';
import { vectorCombine, vectorTransposeProduct } from './vector-panels.js';

/** The symmetric product Φᵀ(BΦ), row-major `[column][column]`; only tiles on and above the diagonal are computed. */
export function gramProduct(basis: Panels, image: Panels): Float64Array {
  const { columns } = basis;
  const gram = transposeProduct(basis, image, (p, q) => q >= p);
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < i; j++) gram[i * columns + j] = gram[j * columns + i];
  }
  return gram;
}

/** XᵀY, row-major `[x column][y column]`, of the tiles (p, q) that `wanted` names. */
export function transposeProduct(
  x: Panels,
  y: Panels,
  wanted: (p: number, q: number) => boolean = () => true,
): Float64Array {
  const kernels = Math.min(x.columns, y.columns) > PANEL ? panelKernels() : null;
  if (kernels) return vectorTransposeProduct(kernels, x, y, wanted);
  const product = new Float64Array(x.columns * y.columns);
  const tile = new Float64Array(PANEL * PANEL);
  const panelLength = x.rows * PANEL;
  const alone = lastColumnAlone(x);
  for (let p = 0; p < panelCount(x.columns); p++) {
    const column = p === panelCount(x.columns) - 1 ? alone : undefined;
    for (let q = 0; q < panelCount(y.columns); q++) {
      if (!wanted(p, q)) continue;
      if (column) dotPanel(column, y.values, q * panelLength, tile);
      else dotTile(x.values, p * panelLength, y.values, q * panelLength, panelLength, tile);
      const height = Math.min(PANEL, x.columns - p * PANEL);
      const width = Math.min(PANEL, y.columns - q * PANEL);
      for (let i = 0; i < height; i++) {
        const to = (p * PANEL + i) * y.columns + q * PANEL;
        for (let j = 0; j < width; j++) product[to + j] = tile[i * PANEL + j];
      }
    }
  }
  return product;
}

/** X C for row-major C `[x column][columns]`. */
export function combine(x: Panels, coefficients: Float64Array, columns: number): Panels {
  const kernels = Math.min(x.columns, columns) > PANEL ? panelKernels() : null;
  if (kernels) return vectorCombine(kernels, x, coefficients, columns);
  const result = emptyPanels(x.rows, columns);
  const panelLength = x.rows * PANEL;
  const tile = new Float64Array(PANEL * PANEL);
  const blocks = columns % PANEL === 1 ? panelCount(columns) - 1 : panelCount(columns);
  for (let q = 0; q < blocks; q++) {
    for (let p = 0; p < panelCount(x.columns); p++) {
      const height = Math.min(PANEL, x.columns - p * PANEL);
      const width = Math.min(PANEL, columns - q * PANEL);
      tile.fill(0);
      for (let i = 0; i < height; i++) {
        const from = (p * PANEL + i) * columns + q * PANEL;
        for (let j = 0; j < width; j++) tile[i * PANEL + j] = coefficients[from + j];
      }
      addCombination(x.values, p * panelLength, tile, result.values, q * panelLength, panelLength);
    }
  }
  if (columns % PANEL === 1) {
    const column = new Float64Array(x.rows);
    const weights = new Float64Array(PANEL);
    for (let p = 0; p < panelCount(x.columns); p++) {
      // zero for the columns that the last panel is filled up with
      for (let i = 0; i < PANEL; i++) weights[i] = coefficients[(p * PANEL + i) * columns + columns - 1] ?? 0;
      addPanel(x.values, p * panelLength, weights, column);
    }
    setLastColumn(result, column);
  }
  return result;
}

/** tile_ij = Σ_row a[row][i] b[row][j] */
function dotTile(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
  tile: Float64Array,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  const end = aStart + length;
  for (let at = aStart, bt = bStart; at < end; at += PANEL, bt += PANEL) {
    const a0 = a[at];
    const a1 = a[at + 1];
    const a2 = a[at + 2];
    const a3 = a[at + 3];
    const b0 = b[bt];
    const b1 = b[bt + 1];
    const b2 = b[bt + 2];
    const b3 = b[bt + 3];
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  tile[0] = s00;
  tile[1] = s01;
  tile[2] = s02;
  tile[3] = s03;
  tile[4] = s10;
  tile[5] = s11;
  tile[6] = s12;
  tile[7] = s13;
  tile[8] = s20;
  tile[9] = s21;
  tile[10] = s22;
  tile[11] = s23;
  tile[12] = s30;
  tile[13] = s31;
  tile[14] = s32;
  tile[15] = s33;
}

/** out[row][j] += Σ_i x[row][i] tile_ij */
function addCombination(
  x: Float64Array,
  xStart: number,
  tile: Float64Array,
  out: Float64Array,
  outStart: number,
  length: number,
): void {
  const [t00, t01, t02, t03, t10, t11, t12, t13, t20, t21, t22, t23, t30, t31, t32, t33] = tile;
  const end = xStart + length;
  for (let at = xStart, to = outStart; at < end; at += PANEL, to += PANEL) {
    const x0 = x[at];
    const x1 = x[at + 1];
    const x2 = x[at + 2];
    const x3 = x[at + 3];
    out[to] += x0 * t00 + x1 * t10 + x2 * t20 + x3 * t30;
    out[to + 1] += x0 * t01 + x1 * t11 + x2 * t21 + x3 * t31;
    out[to + 2] += x0 * t02 + x1 * t12 + x2 * t22 + x3 * t32;
    out[to + 3] += x0 * t03 + x1 * t13 + x2 * t23 + x3 * t33;
  }
}

/** out_j = Σ_row x[row] panel[row][j] for the panel that starts at `start` */
function dotPanel(x: Float64Array, values: Float64Array, start: number, out: Float64Array): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let row = 0, at = start; row < x.length; row++, at += PANEL) {
    const value = x[row];
    s0 += value * values[at];
    s1 += value * values[at + 1];
    s2 += value * values[at + 2];
    s3 += value * values[at + 3];
  }
  out[0] = s0;
  out[1] = s1;
  out[2] = s2;
  out[3] = s3;
}

/** out[row] += Σ_j panel[row][j] c_j for the panel that starts at `start` */
function addPanel(values: Float64Array, start: number, c: Float64Array, out: Float64Array): void {
  const [c0, c1, c2, c3] = c;
  for (let row = 0, at = start; row < out.length; row++, at += PANEL) {
    out[row] += values[at] * c0 + values[at + 1] * c1 + values[at + 2] * c2 + values[at + 3] * c3;
  }
}
