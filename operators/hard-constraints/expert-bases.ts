import type { ExpertWindow } from './partition.js';
import type { LinearFieldOperator } from './residual.js';

/** N basis fields of an expert where they are not zero. */
export interface ExpertBasis {
  /** Ascending. */
  readonly points: Int32Array;
  /** `[point of points][N]` */
  readonly values: Float64Array;
}

/** Basis fields of one least-squares system: u = c + Σ_k V_k ω_k. */
export interface SystemBasis {
  /** Length of a field. */
  readonly points: number;
  /** N, columns of every expert. */
  readonly columns: number;
  readonly experts: readonly ExpertBasis[];
}

/** E b on all points: the basis of an expert that reaches over its own part of the domain. */
export function wholeBasis(
  basis: Float64Array,
  points: number,
  columns: number,
  envelope?: LinearFieldOperator,
): ExpertBasis {
  return {
    points: Int32Array.from({ length: points }, (_, point) => point),
    values: envelope ? envelope.apply(basis, columns) : basis,
  };
}

/** V_k = E(χ_k ⊙ b) of every expert. */
export function windowedBases(
  basis: Float64Array,
  points: number,
  columns: number,
  windows: readonly ExpertWindow[],
  envelope?: LinearFieldOperator,
): ExpertBasis[] {
  const plain = windows.map(({ points: own, weights }) => {
    const values = new Float64Array(own.length * columns);
    own.forEach((point, at) => {
      for (let j = 0; j < columns; j++) values[at * columns + j] = weights[at] * basis[point * columns + j];
    });
    return { points: own, values };
  });
  if (!envelope) return plain;
  const unwrapped: SystemBasis = { points, columns, experts: plain };
  const reach = reachOf(unwrapped, (x, count) => envelope.apply(x, count));
  const result: ExpertBasis[] = [];
  for (const colour of coloursOf(reach)) {
    const fields = envelope.apply(sideBySide(unwrapped, colour), columns);
    for (const expert of colour) result[expert] = gathered(fields, columns, reach.reached(expert));
  }
  return result;
}

function gathered(fields: Float64Array, columns: number, points: Int32Array): ExpertBasis {
  const values = new Float64Array(points.length * columns);
  points.forEach((point, at) => {
    for (let j = 0; j < columns; j++) values[at * columns + j] = fields[point * columns + j];
  });
  return { points, values };
}

/** Σ of the basis fields of some experts, `[point][N]`; where supports overlap it only makes sense under a local operator. */
export function sideBySide(
  { points, columns, experts }: SystemBasis,
  chosen: readonly number[],
): Float64Array {
  // an operator may return its argument, and nobody writes to either
  if (chosen.length === 1 && experts[chosen[0]].points.length === points) return experts[chosen[0]].values;
  const fields = new Float64Array(points * columns);
  for (const expert of chosen) {
    const { points: own, values } = experts[expert];
    for (let at = 0, from = 0; at < own.length; at++) {
      for (let j = 0, to = own[at] * columns; j < columns; j++) fields[to++] += values[from++];
    }
  }
  return fields;
}

/** Σ_k V_k ω_k added to `field`; ω is `[expert][N]`. */
export function addCombination(
  { columns, experts }: SystemBasis,
  coefficients: Float64Array,
  field: Float64Array,
): Float64Array {
  experts.forEach(({ points, values }, expert) => {
    const first = expert * columns;
    for (let at = 0, from = 0; at < points.length; at++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += values[from++] * coefficients[first + j];
      field[points[at]] += sum;
    }
  });
  return field;
}

/** V_kᵀ z of every expert, `[expert][N]`. */
export function momentsOf({ columns, experts }: SystemBasis, field: Float64Array): Float64Array {
  const moments = new Float64Array(experts.length * columns);
  experts.forEach(({ points, values }, expert) => {
    const first = expert * columns;
    for (let at = 0, from = 0; at < points.length; at++) {
      const value = field[points[at]];
      for (let j = 0; j < columns; j++) moments[first + j] += values[from++] * value;
    }
  });
  return moments;
}

/** Which experts' fields an operator carries to which of its rows. */
export interface Reach {
  readonly experts: number;
  readonly rows: number;
  /** `[row][expert]`, 1 where the expert matters */
  readonly flags: Uint8Array;
  /** Rows of an expert, ascending. */
  reached(expert: number): Int32Array;
}

/**
 * Found by applying the operator to one field an expert, of arbitrary values on its support: what is exactly zero in a row
 * does not reach it.
 */
export function reachOf(
  { points, experts }: SystemBasis,
  apply: (fields: Float64Array, columns: number) => Float64Array,
): Reach {
  const count = experts.length;
  const probes = new Float64Array(points * count);
  experts.forEach(({ points: own }, expert) => {
    // irrational steps, so that differences of neighbours do not cancel
    for (const point of own) probes[point * count + expert] = 1 + ((point * Math.SQRT2) % 1);
  });
  const answer = apply(probes, count);
  return reach(
    count,
    answer.length / count,
    Uint8Array.from(answer, (value) => (value === 0 ? 0 : 1)),
  );
}

/** Where any of several operators with equal rows reaches. */
export function joinedReach(reaches: readonly Reach[]): Reach {
  const [{ experts, rows }] = reaches;
  const flags = new Uint8Array(experts * rows);
  for (const { flags: own } of reaches) for (let at = 0; at < flags.length; at++) flags[at] |= own[at];
  return reach(experts, rows, flags);
}

/** Everything reaches everything, as with a single expert. */
export const fullReach = (experts: number, rows: number): Reach =>
  reach(experts, rows, new Uint8Array(experts * rows).fill(1));

function reach(experts: number, rows: number, flags: Uint8Array): Reach {
  return {
    experts,
    rows,
    flags,
    reached: (expert) => {
      const found: number[] = [];
      for (let row = 0; row < rows; row++) if (flags[row * experts + expert]) found.push(row);
      return Int32Array.from(found);
    },
  };
}

/**
 * Groups of experts of which no two reach the same row: an operator applied to the sum of their fields answers for each of
 * them. Greedy, in order.
 */
export function coloursOf({ experts, rows, flags }: Reach): number[][] {
  const conflicts = new Uint8Array(experts * experts);
  for (let row = 0; row < rows; row++) {
    const start = row * experts;
    for (let a = 0; a < experts; a++) {
      if (!flags[start + a]) continue;
      for (let b = a + 1; b < experts; b++) {
        if (flags[start + b]) conflicts[a * experts + b] = conflicts[b * experts + a] = 1;
      }
    }
  }
  const colours: number[][] = [];
  for (let expert = 0; expert < experts; expert++) {
    const free = colours.find((colour) => colour.every((other) => !conflicts[expert * experts + other]));
    if (free) free.push(expert);
    else colours.push([expert]);
  }
  return colours;
}
