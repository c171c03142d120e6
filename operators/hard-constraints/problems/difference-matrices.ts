import { type AxisMatrix, axisMatrix } from './along-axis.js';

/**
 * d/dx at uneven coordinates: (f_{i+1} − f_{i−1})/(x_{i+1} − x_{i−1}) inside, one-sided of first order at both ends, as the released
 * code of PI-HC-MoE has it.
 */
export function centredDifferences(coordinates: ArrayLike<number>): AxisMatrix {
  const last = coordinates.length - 1;
  return axisMatrix(coordinates.length, (i) => {
    const [before, after] = [Math.max(0, i - 1), Math.min(last, i + 1)];
    const width = coordinates[after] - coordinates[before];
    return [
      [before, -1 / width],
      [after, 1 / width],
    ];
  });
}

/** d/dt at even times, of second order everywhere: centred inside, three points at the ends. */
export function secondOrderDifferences(size: number, interval: number): AxisMatrix {
  return axisMatrix(size, (i) => {
    if (i > 0 && i < size - 1) {
      return [
        [i - 1, -0.5 / interval],
        [i + 1, 0.5 / interval],
      ];
    }
    const sign = i === 0 ? 1 : -1;
    return [
      [i, (-1.5 * sign) / interval],
      [i + sign, (2 * sign) / interval],
      [i + 2 * sign, (-0.5 * sign) / interval],
    ];
  });
}

/** d/dx and d²/dx² on a ring, of second order on three points. */
export const ringFirstDifferences = (size: number, spacing: number): AxisMatrix =>
  axisMatrix(size, (i) => [
    [i - 1, -0.5 / spacing],
    [i + 1, 0.5 / spacing],
  ]);

export const ringSecondDifferences = (size: number, spacing: number): AxisMatrix =>
  axisMatrix(size, (i) => [
    [i - 1, 1 / spacing ** 2],
    [i, -2 / spacing ** 2],
    [i + 1, 1 / spacing ** 2],
  ]);

/** The value one place before; zero at the first. */
export const previousValue = (size: number): AxisMatrix =>
  axisMatrix(size, (i) => (i === 0 ? [] : [[i - 1, 1]]));
