import { BLOCK_WIDTH, putField, takeField } from './block-multiply.js';
import type { Preconditioner } from './preconditioner.js';

/** M⁻¹ on a block: the preconditioner's own way, or field by field. */
export function blockPreconditioner(
  preconditioner: Preconditioner,
  rows: number,
): NonNullable<Preconditioner['applyBlock']> {
  if (preconditioner.applyBlock) return (r, z) => preconditioner.applyBlock!(r, z);
  const one = new Float64Array(rows);
  const answer = new Float64Array(rows);
  return (r, z) => {
    for (let s = 0; s < BLOCK_WIDTH; s++) {
      takeField(r, s, one);
      preconditioner.apply(one, answer);
      putField(z, s, answer);
    }
  };
}

/** A projection of vectors on each of the first `fields` fields, with `scratch` of one field's length. */
export function projectBlock(
  block: Float64Array,
  fields: number,
  volumes: Float64Array,
  projection: (vector: Float64Array, volumes: Float64Array) => void,
  scratch: Float64Array,
): void {
  for (let s = 0; s < fields; s++) {
    takeField(block, s, scratch);
    projection(scratch, volumes);
    putField(block, s, scratch);
  }
}

export const squaredNorms = (x: Float64Array): number[] => blockDot(x, x);

/** xᵀy of each field. */
export function blockDot(x: Float64Array, y: Float64Array): number[] {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < x.length; i += BLOCK_WIDTH) {
    s0 += x[i] * y[i];
    s1 += x[i + 1] * y[i + 1];
    s2 += x[i + 2] * y[i + 2];
    s3 += x[i + 3] * y[i + 3];
  }
  return [s0, s1, s2, s3];
}

/** p ← z + βp */
export function advanceBlock([b0, b1, b2, b3]: readonly number[], z: Float64Array, p: Float64Array): void {
  for (let i = 0; i < p.length; i += BLOCK_WIDTH) {
    p[i] = z[i] + b0 * p[i];
    p[i + 1] = z[i + 1] + b1 * p[i + 1];
    p[i + 2] = z[i + 2] + b2 * p[i + 2];
    p[i + 3] = z[i + 3] + b3 * p[i + 3];
  }
}

/** x ← x + αp, r ← r − αq */
export function descendBlock(
  [a0, a1, a2, a3]: readonly number[],
  p: Float64Array,
  q: Float64Array,
  x: Float64Array,
  r: Float64Array,
): void {
  for (let i = 0; i < p.length; i += BLOCK_WIDTH) {
    x[i] += a0 * p[i];
    x[i + 1] += a1 * p[i + 1];
    x[i + 2] += a2 * p[i + 2];
    x[i + 3] += a3 * p[i + 3];
    r[i] -= a0 * q[i];
    r[i + 1] -= a1 * q[i + 1];
    r[i + 2] -= a2 * q[i + 2];
    r[i + 3] -= a3 * q[i + 3];
  }
}
