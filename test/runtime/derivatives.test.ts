import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { trace } from '../../runtime/trace.js';
import { type ParityCase, parityCase } from './parity/case.js';
import { type ExactArray, runInDoublePrecision } from './parity/double-precision.js';
import { type Entry, TABLE_SIZES } from './parity/entry.js';
import { groups } from './parity/table.js';

const STEP = 1e-4;
/** Truncation is STEP² times a third derivative; TensorFlow.js's erf is a fit that is right to 1.5e-7. */
const TOLERANCE = 2e-5;

type Arrays = Readonly<Record<string, ExactArray>>;

/**
 * The gradients that all devices are compared with, themselves compared with central differences of the values, in
 * float64. ⟨∇L, e⟩ in three random directions e; ∇⟨d, ∇L⟩ is the derivative of ∇L along d, entry by entry.
 */
function checkDerivatives(entry: Entry): void {
  const parity = parityCase(entry, 1);
  const feeds = parity.feeds(TABLE_SIZES[0]) as Arrays;
  const order = entry.limit?.order ?? 2;
  const { value, ...derivatives } = runInDoublePrecision(parity.reference, parity.specs, feeds);
  const functional = (at: Arrays) =>
    runInDoublePrecision((inputs) => ({ loss: parity.functional(inputs) }), parity.specs, at).loss.data[0];
  const random = createRandom(2);
  for (let k = 0; k < 3; k++) {
    const direction = Object.fromEntries(
      parity.differentiated.map((name) => [name, Array.from(feeds[name].data, () => random.normal())]),
    );
    const expected =
      (functional(moved(parity, feeds, direction, STEP)) -
        functional(moved(parity, feeds, direction, -STEP))) /
      (2 * STEP);
    const terms = parity.differentiated.flatMap((name) =>
      Array.from(derivatives[`gradient.${name}`].data, (slope, i) => slope * direction[name][i]),
    );
    const actual = terms.reduce((sum, term) => sum + term, 0);
    const scale = Math.max(1, Math.hypot(...terms), Math.abs(functional(feeds)));
    expect(Math.abs(actual - expected), `gradient in direction ${k}`).toBeLessThan(TOLERANCE * scale);
  }
  if (order < 2) return;
  const d = Object.fromEntries(parity.differentiated.map((name) => [name, feeds[`along.${name}`].data]));
  const [plus, minus] = [STEP, -STEP].map((step) =>
    runInDoublePrecision(parity.reference, parity.specs, moved(parity, feeds, d, step)),
  );
  for (const name of parity.differentiated) {
    const difference = Array.from(
      plus[`gradient.${name}`].data,
      (slope, i) => (slope - minus[`gradient.${name}`].data[i]) / (2 * STEP),
    );
    const scale = Math.max(1, ...difference.map(Math.abs));
    difference.forEach((expected, i) => {
      const actual = derivatives[`second.${name}`].data[i];
      expect(
        Math.abs(actual - expected),
        `second.${name}[${i}]: ${actual}, differences ${expected}`,
      ).toBeLessThan(TOLERANCE * scale);
    });
  }
}

/** The inputs moved along a direction of the differentiated ones. */
const moved = (
  { differentiated }: ParityCase,
  feeds: Arrays,
  direction: Readonly<Record<string, ArrayLike<number>>>,
  step: number,
): Arrays => ({
  ...feeds,
  ...Object.fromEntries(
    differentiated.map((name) => [
      name,
      {
        shape: feeds[name].shape,
        data: Float64Array.from(feeds[name].data, (value, i) => value + step * direction[name][i]),
      },
    ]),
  ),
});

describe('derivatives in float64 against central differences', () => {
  describe.each(Object.entries(groups))('%s', (_, entries) => {
    test.for(Object.entries<Entry>(entries))('%s', ([, entry], { skip }) => {
      if (entry.limit?.order === 0) {
        // the reason stands as long as the next derivative cannot be compiled
        if (entry.limit.because.startsWith('TensorFlow.js has no gradient')) {
          expect(() => {
            const { fn, specs } = parityCase(entry, 1, 1);
            trace(fn, specs);
          }, 'there is a gradient now: remove the limit').toThrow();
        }
        return skip(entry.limit.because);
      }
      if (entry.noDifferences) return skip(entry.noDifferences);
      checkDerivatives(entry);
    });
  });
});
