/** The nine velocities of D2Q9: rest, east, north, west, south, then the diagonals north-east round to south-east. */
export const VELOCITY_X = [0, 1, 0, -1, 0, 1, -1, -1, 1] as const;
export const VELOCITY_Y = [0, 0, 1, 0, -1, 1, 1, -1, -1] as const;
export const WEIGHTS = [4 / 9, 1 / 9, 1 / 9, 1 / 9, 1 / 9, 1 / 36, 1 / 36, 1 / 36, 1 / 36] as const;
export const OPPOSITE = [0, 3, 4, 1, 2, 7, 8, 5, 6] as const;

/** Relaxation rates of the symmetric and antisymmetric parts of the populations. */
export interface TwoRelaxationRates {
  readonly even: number;
  readonly odd: number;
}

/**
 * Two relaxation times: ν = (τ₊ − ½)/3 in lattice units, (τ₊ − ½)(τ₋ − ½) = Λ. Λ = ¼ is the most stable choice.
 * Source: Ginzburg, Verhaeghe & d'Humières, Commun. Comput. Phys. 3 (2008) 427.
 */
export function twoRelaxationRates(viscosity: number, magic = 0.25): TwoRelaxationRates {
  return { even: 1 / (3 * viscosity + 0.5), odd: 1 / (magic / (3 * viscosity) + 0.5) };
}

/** Populations of all cells less their weights, one array per velocity, `[row][column]`. */
export type Populations = readonly Float64Array[];

/**
 * One step for the cells `from` ≤ column < `to` of a row: populations are pulled from the neighbours and relaxed towards
 *
 *     f_i = w_i (1 + δρ + 3 c_i·j + 4.5 (c_i·j)² − 1.5 j²),
 *
 * the incompressible equilibrium of He and Luo (J. Stat. Phys. 88 (1997) 927), in which the momentum j is the velocity.
 * `above` and `below` are the first indices of the neighbouring rows.
 */
export function streamAndCollide(
  source: Populations,
  target: Populations,
  row: number,
  above: number,
  below: number,
  from: number,
  to: number,
  { even, odd }: TwoRelaxationRates,
): void {
  const [s0, s1, s2, s3, s4, s5, s6, s7, s8] = source;
  const [t0, t1, t2, t3, t4, t5, t6, t7, t8] = target;
  const keep = 1 - even;
  const halfEven = 0.5 * (even + odd);
  const halfOdd = 0.5 * (even - odd);
  for (let x = from; x < to; x++) {
    const at = row + x;
    const up = above + x;
    const down = below + x;
    const f0 = s0[at];
    const f1 = s1[at - 1];
    const f2 = s2[down];
    const f3 = s3[at + 1];
    const f4 = s4[up];
    const f5 = s5[down - 1];
    const f6 = s6[down + 1];
    const f7 = s7[up + 1];
    const f8 = s8[up - 1];
    const density = f0 + f1 + f2 + f3 + f4 + f5 + f6 + f7 + f8;
    const jx = f1 - f3 + f5 - f6 - f7 + f8;
    const jy = f2 - f4 + f5 + f6 - f7 - f8;
    const base = density - 1.5 * (jx * jx + jy * jy);
    t0[at] = keep * f0 + even * (4 / 9) * base;
    // of a pair a, b: a ← a − even (s − s*) − odd (d − d*), b ← b − even (s − s*) + odd (d − d*)
    const axis = even * (1 / 9);
    const ex = axis * (base + 4.5 * jx * jx);
    const ox = odd * (1 / 3) * jx;
    t1[at] = f1 - halfEven * f1 - halfOdd * f3 + ex + ox;
    t3[at] = f3 - halfEven * f3 - halfOdd * f1 + ex - ox;
    const ey = axis * (base + 4.5 * jy * jy);
    const oy = odd * (1 / 3) * jy;
    t2[at] = f2 - halfEven * f2 - halfOdd * f4 + ey + oy;
    t4[at] = f4 - halfEven * f4 - halfOdd * f2 + ey - oy;
    const diagonal = even * (1 / 36);
    const sum = jx + jy;
    const ep = diagonal * (base + 4.5 * sum * sum);
    const op = odd * (1 / 12) * sum;
    t5[at] = f5 - halfEven * f5 - halfOdd * f7 + ep + op;
    t7[at] = f7 - halfEven * f7 - halfOdd * f5 + ep - op;
    const difference = jy - jx;
    const em = diagonal * (base + 4.5 * difference * difference);
    const om = odd * (1 / 12) * difference;
    t6[at] = f6 - halfEven * f6 - halfOdd * f8 + em + om;
    t8[at] = f8 - halfEven * f8 - halfOdd * f6 + em - om;
  }
}
