/** Slope of a cell from the differences to its left and right neighbours: zero at extrema, second order elsewhere. */
export type Limiter = 'mc' | 'van-leer' | 'minmod';

export const limiters: Readonly<Record<Limiter, (back: number, ahead: number) => number>> = {
  /** Monotonised central: the mean of both, at most twice either (van Leer 1977) */
  mc: (back, ahead) => {
    if (back * ahead <= 0) return 0;
    const size = Math.min(2 * Math.abs(back), 2 * Math.abs(ahead), 0.5 * Math.abs(back + ahead));
    return back > 0 ? size : -size;
  },
  /** The harmonic mean of both (van Leer 1974) */
  'van-leer': (back, ahead) => (back * ahead <= 0 ? 0 : (2 * back * ahead) / (back + ahead)),
  minmod: (back, ahead) => {
    if (back * ahead <= 0) return 0;
    return Math.abs(back) < Math.abs(ahead) ? back : ahead;
  },
};

/** Godunov's flux of u²/2: that of the exact Riemann solution on the face. */
export function godunovFlux(left: number, right: number): number {
  const fromLeft = Math.max(left, 0);
  const fromRight = Math.min(right, 0);
  const a = 0.5 * fromLeft * fromLeft;
  const b = 0.5 * fromRight * fromRight;
  return Math.max(a, b);
}
