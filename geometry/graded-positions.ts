import { InvalidInputError } from '../common/errors.js';

/** `count + 1` positions from `start` to `start + length` whose spacings form a geometric series, the last `ratio` times the first. */
export function gradedPositions(
  caller: string,
  start: number,
  length: number,
  count: number,
  ratio: number,
): Float64Array {
  if (!(length > 0 && Number.isFinite(length) && Number.isFinite(start)))
    throw new InvalidInputError(`${caller}: every length must be positive and finite, got ${length}.`);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidInputError(`${caller}: cells and layers must be counts of at least 1, got ${count}.`);
  if (!(ratio > 0 && Number.isFinite(ratio)))
    throw new InvalidInputError(`${caller}: grading must be a positive ratio, got ${ratio}.`);
  const growth = count > 1 ? ratio ** (1 / (count - 1)) : 1;
  const positions = new Float64Array(count + 1);
  for (let i = 1; i <= count; i++) {
    const fraction = Math.abs(growth - 1) < 1e-9 ? i / count : (growth ** i - 1) / (growth ** count - 1);
    positions[i] = length * fraction;
  }
  positions[count] = length;
  return positions.map((position) => start + position);
}
