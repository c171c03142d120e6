import { InvalidInputError } from '../../common/errors.js';
import { symmetricEigen } from '../classical-bases/symmetric-eigen.js';
import { combine, gramProduct, transposeProduct } from './dense-products.js';
import { columnsOfPanels, emptyPanels, PANEL, type Panels, panelCount, panelsOfColumns } from './panels.js';
import { type BasisProjection, columnMatrix, energyOrthonormalBasis, projectFields } from './projection.js';

/** C ∂u/∂t + B u = b(t) in the span of a basis. */
export interface ReducedTransient {
  /** λ of the span's modes, s, descending: how long each takes to die down to 1/e */
  readonly timeConstants: Float64Array;
  /**
   * Fields `[time][cell]` at the given times.
   *
   * @throws InvalidInputError for times that do not ascend, and lengths other than the mesh's
   */
  run(options: ReducedTransientOptions): Float64Array[];
}

export interface ReducedTransientOptions {
  /** u at the first time, `[cell]` */
  readonly initial: Float64Array;
  /** s, ascending; the first is the start */
  readonly times: readonly number[];
  /** b, `[cell]`, as `assembleRightHandSide` makes it; between the times it is taken to be linear in time */
  readonly load: (time: number) => Float64Array;
}

/** Time constants below this part of the longest are round-off. */
const NOTHING = 1e-12;

/**
 * The modes of a part in the span of its basis: with M = diag(C V),
 *
 *     ZᵀBZ = I,  ZᵀMZ = Λ,   λ_j ċ_j + c_j = z_jᵀb(t),   u = S b(t) + Z (c − Zᵀb(t))
 *
 * r equations that do not know of each other, solved exactly where b is linear in time. S is the static answer of the
 * projection with its correction, so that what the span cannot hold follows b at once instead of being lost (mode
 * acceleration, Williams 1945); its time constants are shorter than those of the span. Where constants are in the kernel of
 * B, the mean heat is one more mode, which never dies down.
 *
 * @param capacities C V of every cell, J/K
 * @throws InvalidInputError unless every capacity is positive
 */
export function reducedTransient(projection: BasisProjection, capacities: Float64Array): ReducedTransient {
  const { operator } = projection;
  const rows = operator.matrix.rows;
  requireLength('capacities', capacities, rows);
  const bad = capacities.findIndex((value) => !(value > 0 && Number.isFinite(value)));
  if (bad >= 0) {
    throw new InvalidInputError(
      `reducedTransient: expected heat capacities C V > 0, capacities[${bad}] is ${capacities[bad]}`,
    );
  }
  const whole = total(capacities);
  const { modes, timeConstants } = modesOf(projection, capacities, whole);
  const rank = modes.columns;
  const moments = (fields: readonly Float64Array[]) => {
    const product = transposeProduct(panelsOfColumns(fields, rows), modes);
    return fields.map((_, s) => product.subarray(s * rank, (s + 1) * rank));
  };
  return {
    timeConstants,
    run({ initial, times, load }) {
      requireLength('initial', initial, rows);
      requireTimes(times);
      const loads = times.map((time) => {
        const b = load(time);
        requireLength(`load(${time})`, b, rows);
        return b;
      });
      const forces = moments(loads);
      const [start] = moments([initial.map((value, cell) => capacities[cell] * value)]);
      const coefficients = integrate(
        start.map((value, j) => value / timeConstants[j]),
        forces,
        times,
        timeConstants,
      );
      const changes = coefficients.map((c, i) => c.map((value, j) => value - forces[i][j]));
      const transient = columnsOfPanels(combine(modes, columnMatrix(changes, rank), times.length));
      if (!operator.singular) {
        return projectFields(projection, loads).fields.map((field, i) => sum(field, transient[i], 0));
      }
      const rates = loads.map((b) => total(b) / whole);
      const means = meanTemperatures(weightedMean(initial, capacities, whole), rates, times);
      // what heats the part evenly moves the mean alone
      const balanced = loads.map((b, i) => b.map((value, cell) => value - rates[i] * capacities[cell]));
      return projectFields(projection, balanced).fields.map((field, i) =>
        sum(field, transient[i], means[i] - weightedMean(field, capacities, whole)),
      );
    },
  };
}

function modesOf(projection: BasisProjection, capacities: Float64Array, whole: number) {
  const basis = energyOrthonormalBasis(projection);
  if (projection.operator.singular) {
    // B does not see constants: without their share of heat the modes and the mean do not mix
    const columns = columnsOfPanels(basis).map((column) => {
      const mean = weightedMean(column, capacities, whole);
      return column.map((value) => value - mean);
    });
    basis.values.set(panelsOfColumns(columns, basis.rows).values);
  }
  const size = basis.columns;
  const { values, vectors } = symmetricEigen(gramProduct(basis, scaledRows(basis, capacities)), size);
  // a field that was constant has nothing left
  const rank = values.findLastIndex((value) => value > NOTHING * values[0]) + 1;
  const rotation = new Float64Array(size * rank);
  for (let k = 0; k < rank; k++)
    for (let i = 0; i < size; i++) rotation[i * rank + k] = vectors[k * size + i];
  return { modes: combine(basis, rotation, rank), timeConstants: values.slice(0, rank) };
}

/** c at every time: exact for forces that are linear between the times. */
function integrate(
  start: Float64Array,
  forces: readonly Float64Array[],
  times: readonly number[],
  timeConstants: Float64Array,
): Float64Array[] {
  const states = [start];
  for (let i = 1; i < times.length; i++) {
    const length = times[i] - times[i - 1];
    const [before, after] = [forces[i - 1], forces[i]];
    states.push(
      states[i - 1].map((c, j) => {
        const lag = (timeConstants[j] * (after[j] - before[j])) / length;
        return after[j] - lag + (c - before[j] + lag) * Math.exp(-length / timeConstants[j]);
      }),
    );
  }
  return states;
}

/** ∫C u over ∫C: heat that goes in stays in. */
function meanTemperatures(start: number, rates: readonly number[], times: readonly number[]): number[] {
  const means = [start];
  for (let i = 1; i < times.length; i++) {
    means.push(means[i - 1] + ((rates[i - 1] + rates[i]) / 2) * (times[i] - times[i - 1]));
  }
  return means;
}

const sum = (a: Float64Array, b: Float64Array, shift: number) =>
  a.map((value, cell) => value + b[cell] + shift);

const total = (values: Float64Array) => values.reduce((all, value) => all + value, 0);

function weightedMean(field: Float64Array, capacities: Float64Array, whole: number): number {
  return field.reduce((all, value, cell) => all + capacities[cell] * value, 0) / whole;
}

function scaledRows({ rows, columns, values }: Panels, weights: Float64Array): Panels {
  const result = emptyPanels(rows, columns);
  for (let panel = 0, at = 0; panel < panelCount(columns); panel++) {
    for (let row = 0; row < rows; row++) {
      for (const end = at + PANEL; at < end; at++) result.values[at] = weights[row] * values[at];
    }
  }
  return result;
}

function requireLength(name: string, values: Float64Array, rows: number): void {
  if (values.length === rows) return;
  throw new InvalidInputError(
    `reducedTransient: expected ${name} to have ${rows} values, one per cell, got ${values.length}`,
  );
}

function requireTimes(times: readonly number[]): void {
  const bad = times.findIndex((time, i) => !Number.isFinite(time) || time <= times[i - 1]);
  if (bad >= 0 || times.length === 0) {
    throw new InvalidInputError(
      `reducedTransient: expected ascending times, the first the start, got ${
        bad >= 0 ? `times[${bad}] = ${times[bad]}` : 'none'
      }`,
    );
  }
}
