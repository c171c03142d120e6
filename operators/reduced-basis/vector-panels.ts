import type { SparseMatrix } from '../../solvers/index.js';
import type { PanelKernels, SparsePlaces } from '../../solvers/kernels/panel-kernels.js';
import type { Polynomial } from './damping-polynomial.js';
import { emptyPanels, PANEL, type Panels, panelCount } from './panels.js';

/** Columns of a sparse product: a row of eight numbers is a whole cache line. */
const WIDE = 8;
/** Rows of a dense product at once: two panels of them stay in the first-level cache. */
const BLOCK_ROWS = 512;
const TILE = PANEL * PANEL;
const LINE = 64;

/** q(A) X as in smoothing.ts, bit for bit, with WebAssembly. */
export function vectorPower(
  kernels: PanelKernels,
  matrix: SparseMatrix,
  x: Panels,
  { keep, gain }: Polynomial,
): Panels {
  const { rows } = x;
  const space = layout(matrix, { first: WIDE * rows, second: WIDE * rows, step: WIDE * rows });
  const { numbers } = load(kernels, matrix, space);
  const result = emptyPanels(rows, x.columns);
  for (let block = 0; block < blockCount(x); block++) {
    loadColumns(x, block, numbers, space.first / 8);
    numbers.fill(0, space.step / 8, space.step / 8 + WIDE * rows);
    let [from, to] = [space.first, space.second];
    for (let k = 0; k < keep.length; k++) {
      kernels.advance(space.matrix, from, keep[k], gain[k], space.step, to);
      [from, to] = [to, from];
    }
    storeColumns(result, block, numbers, from / 8);
  }
  return result;
}

/** `relax` as in smoothing.ts for the first `panels` panels, bit for bit, with WebAssembly. */
export function vectorRelax(
  kernels: PanelKernels,
  matrix: SparseMatrix,
  inverseDiagonal: Float64Array,
  { keep, gain }: Polynomial,
  field: Panels,
  residual: Panels,
  panels: number,
): void {
  const { rows } = field;
  const sizes = { field: WIDE * rows, residual: WIDE * rows, step: WIDE * rows, inverseDiagonal: rows };
  const space = layout(matrix, sizes);
  const { numbers } = load(kernels, matrix, space);
  numbers.set(inverseDiagonal, space.inverseDiagonal / 8);
  for (let block = 0; 2 * block < panels; block++) {
    loadColumns(field, block, numbers, space.field / 8);
    loadColumns(residual, block, numbers, space.residual / 8);
    numbers.fill(0, space.step / 8, space.step / 8 + WIDE * rows);
    for (let k = 0; k < keep.length; k++) {
      kernels.addStep(rows, space.inverseDiagonal, space.residual, keep[k], gain[k], space.step, space.field);
      kernels.addProduct(space.matrix, space.step, -1, space.residual, space.residual);
    }
    storeColumns(field, block, numbers, space.field / 8, panels);
    storeColumns(residual, block, numbers, space.residual / 8, panels);
  }
}

/** A X with WebAssembly. */
export function vectorMultiply(kernels: PanelKernels, matrix: SparseMatrix, x: Panels): Panels {
  const { rows } = x;
  const space = layout(matrix, { x: WIDE * rows, image: WIDE * rows });
  const { numbers } = load(kernels, matrix, space);
  const result = emptyPanels(rows, x.columns);
  for (let block = 0; block < blockCount(x); block++) {
    loadColumns(x, block, numbers, space.x / 8);
    numbers.fill(0, space.image / 8, space.image / 8 + WIDE * rows);
    kernels.addProduct(space.matrix, space.x, 1, space.image, space.image);
    storeColumns(result, block, numbers, space.image / 8);
  }
  return result;
}

/** XᵀY of the tiles (p, q) that are wanted, row-major `[x column][y column]`, with WebAssembly. */
export function vectorTransposeProduct(
  kernels: PanelKernels,
  x: Panels,
  y: Panels,
  wanted: (p: number, q: number) => boolean,
): Float64Array {
  const [left, right] = [panelCount(x.columns), panelCount(y.columns)];
  const places = placesOf({
    tiles: left * right * TILE,
    x: left * BLOCK_ROWS * PANEL,
    y: right * BLOCK_ROWS * PANEL,
  });
  const { numbers } = kernels.reserve(places.end);
  numbers.fill(0, places.tiles / 8, places.tiles / 8 + left * right * TILE);
  for (let row = 0; row < x.rows; row += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, x.rows - row);
    loadRows(x, row, count, numbers, places.x / 8);
    loadRows(y, row, count, numbers, places.y / 8);
    const step = 8 * PANEL * count;
    for (let p = 0; p < left; p++) {
      for (let q = 0; q < right; q++) {
        if (!wanted(p, q)) continue;
        kernels.addTile(
          places.x + p * step,
          places.y + q * step,
          count,
          places.tiles + 8 * (p * right + q) * TILE,
        );
      }
    }
  }
  const product = new Float64Array(x.columns * y.columns);
  for (let i = 0; i < x.columns; i++) {
    for (let j = 0; j < y.columns; j++) {
      const tile = Math.floor(i / PANEL) * right + Math.floor(j / PANEL);
      product[i * y.columns + j] =
        numbers[places.tiles / 8 + tile * TILE + (i % PANEL) * PANEL + (j % PANEL)];
    }
  }
  return product;
}

/** X C for row-major C `[x column][columns]`, with WebAssembly. */
export function vectorCombine(
  kernels: PanelKernels,
  x: Panels,
  coefficients: Float64Array,
  columns: number,
): Panels {
  const [inner, outer] = [panelCount(x.columns), panelCount(columns)];
  const places = placesOf({
    tiles: inner * outer * TILE,
    x: inner * BLOCK_ROWS * PANEL,
    out: outer * BLOCK_ROWS * PANEL,
  });
  const { numbers } = kernels.reserve(places.end);
  numbers.fill(0, places.tiles / 8, places.tiles / 8 + inner * outer * TILE);
  for (let i = 0; i < x.columns; i++) {
    for (let j = 0; j < columns; j++) {
      const tile = Math.floor(i / PANEL) * outer + Math.floor(j / PANEL);
      numbers[places.tiles / 8 + tile * TILE + (i % PANEL) * PANEL + (j % PANEL)] =
        coefficients[i * columns + j];
    }
  }
  const result = emptyPanels(x.rows, columns);
  for (let row = 0; row < x.rows; row += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, x.rows - row);
    loadRows(x, row, count, numbers, places.x / 8);
    const step = 8 * PANEL * count;
    numbers.fill(0, places.out / 8, places.out / 8 + outer * count * PANEL);
    for (let q = 0; q < outer; q++) {
      for (let p = 0; p < inner; p++) {
        kernels.addCombination(
          places.x + p * step,
          places.tiles + 8 * (p * outer + q) * TILE,
          count,
          places.out + q * step,
        );
      }
      const from = places.out / 8 + q * count * PANEL;
      result.values.set(numbers.subarray(from, from + count * PANEL), (q * x.rows + row) * PANEL);
    }
  }
  return result;
}

const blockCount = ({ columns }: Panels) => Math.ceil(columns / WIDE);

/** Eight columns to `[row][8]` at `at`, zero where the panels end. */
function loadColumns(
  { rows, columns, values }: Panels,
  block: number,
  numbers: Float64Array,
  at: number,
): void {
  for (let half = 0; half < 2; half++) {
    const panel = 2 * block + half;
    const present = panel < panelCount(columns);
    let from = panel * rows * PANEL;
    for (let row = 0, to = at + half * PANEL; row < rows; row++, to += WIDE, from += PANEL) {
      for (let k = 0; k < PANEL; k++) numbers[to + k] = present ? values[from + k] : 0;
    }
  }
}

/** Back, of the panels below `panels`. */
function storeColumns(
  { rows, columns, values }: Panels,
  block: number,
  numbers: Float64Array,
  at: number,
  panels = panelCount(columns),
): void {
  for (let half = 0; half < 2 && 2 * block + half < panels; half++) {
    let to = (2 * block + half) * rows * PANEL;
    for (let row = 0, from = at + half * PANEL; row < rows; row++, from += WIDE, to += PANEL) {
      for (let k = 0; k < PANEL; k++) values[to + k] = numbers[from + k];
    }
  }
}

/** Rows of all panels, one panel behind the other. */
function loadRows(
  { rows, columns, values }: Panels,
  row: number,
  count: number,
  numbers: Float64Array,
  at: number,
) {
  for (let panel = 0; panel < panelCount(columns); panel++) {
    const from = (panel * rows + row) * PANEL;
    numbers.set(values.subarray(from, from + count * PANEL), at + panel * count * PANEL);
  }
}

/** Places in bytes of arrays of so many numbers, one after another from `start`, and the end of the last. */
function placesOf<Name extends string>(
  lengths: Readonly<Record<Name, number>>,
  start = 0,
): Readonly<Record<Name | 'end', number>> {
  let end = start;
  const places: Record<string, number> = {};
  for (const [name, length] of Object.entries<number>(lengths)) {
    places[name] = end;
    end += LINE * Math.ceil((8 * length) / LINE);
  }
  return { ...places, end } as Record<Name | 'end', number>;
}

/** Places of a sparse matrix and of arrays behind it. */
function layout<Name extends string>(matrix: SparseMatrix, lengths: Readonly<Record<Name, number>>) {
  const entries = matrix.values.length;
  // indices take half of a number
  const own = placesOf({ offsets: (matrix.rows + 1) / 2, columns: entries / 2, values: entries });
  const places = placesOf(lengths, own.end);
  return { ...places, matrix: { rows: matrix.rows, ...own } satisfies SparsePlaces };
}

function load(kernels: PanelKernels, matrix: SparseMatrix, space: { matrix: SparsePlaces; end: number }) {
  const heap = kernels.reserve(space.end);
  heap.indices.set(matrix.rowOffsets, space.matrix.offsets / 4);
  heap.indices.set(matrix.columns, space.matrix.columns / 4);
  heap.numbers.set(matrix.values, space.matrix.values / 8);
  return heap;
}
