import type { PointwiseFunction } from '../residual.js';

/** g = Σ_l a_l v_l − d, d by point. */
export function linearFunction(
  factors: readonly number[],
  constant?: (point: number) => number,
): PointwiseFunction {
  return {
    value(v, points, out) {
      for (let row = 0; row < out.length; row++) {
        let sum = constant ? -constant(points[row]) : 0;
        for (let l = 0; l < factors.length; l++) sum += factors[l] * v[l][row];
        out[row] = sum;
      }
    },
    first(_, __, out) {
      for (let l = 0; l < factors.length; l++) out[l].fill(factors[l]);
    },
    pairs: [],
    second() {},
  };
}

/**
 * g² in the place of g: what the released code of PI-HC-MoE minimises the squares of. J vanishes where g does, so that Gauss and Newton
 * lose their rate there.
 */
export function squared(g: PointwiseFunction, terms: number): PointwiseFunction {
  const pairs: [number, number][] = [];
  for (let a = 0; a < terms; a++) for (let b = a; b < terms; b++) pairs.push([a, b]);
  const evaluate = (v: readonly Float64Array[], points: Int32Array) => {
    const value = new Float64Array(points.length);
    g.value(v, points, value);
    const first = Array.from({ length: terms }, () => new Float64Array(points.length));
    g.first(v, points, first);
    return { value, first };
  };
  return {
    value(v, points, out) {
      g.value(v, points, out);
      for (let row = 0; row < out.length; row++) out[row] *= out[row];
    },
    first(v, points, out) {
      const { value, first } = evaluate(v, points);
      first.forEach((derivative, l) => {
        for (let row = 0; row < value.length; row++) out[l][row] = 2 * value[row] * derivative[row];
      });
    },
    pairs,
    second(v, points, out) {
      const { value, first } = evaluate(v, points);
      const inner = g.pairs.map(() => new Float64Array(points.length));
      if (g.pairs.length > 0) g.second(v, points, inner);
      pairs.forEach(([a, b], pair) => {
        const own = g.pairs.findIndex(([c, d]) => c === a && d === b);
        for (let row = 0; row < value.length; row++) {
          out[pair][row] =
            2 * first[a][row] * first[b][row] + (own < 0 ? 0 : 2 * value[row] * inner[own][row]);
        }
      });
    },
  };
}
