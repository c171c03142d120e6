import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../common/random.js';
import { burgersSpaceTimeConstraint, constrained, fno } from '../../../operators/index.js';
import { exportOnnx, type HostArray, type NamedTensors } from '../../../runtime/index.js';
import { exportConstrained, openConstrained } from '../../../training/index.js';

const network = fno({ dimensions: 2, inputs: 3, outputs: 4, width: 6, layers: 2, modes: 2, headWidth: 8 });
const family = burgersSpaceTimeConstraint({ points: 12, frames: 6, interval: 0.05, viscosity: 0.05 });
const operator = constrained(network, family, { experts: [1, 2], samples: 25, laws: 'in-solve' });
const parameters = operator.initialParameters(createRandom(1));
const specs = { field: { shape: ['batch', 'frames', 'points', 3], dtype: 'float32' } } as const;
const inputs = ({ field }: NamedTensors) => field;

const sampleOf = (points: number, height: number) => ({
  initial: Float64Array.from(
    { length: points },
    (_, i) => height * Math.sin((2 * Math.PI * i) / points) + 0.3,
  ),
});

function fieldOf(frames: number, points: number, heights: readonly number[]): HostArray {
  const data = heights.flatMap((height) =>
    Array.from({ length: frames * points }, (_, at) => {
      const [t, i] = [Math.floor(at / points), at % points];
      return [t / frames, i / points, sampleOf(points, height).initial[i]];
    }).flat(),
  );
  return { shape: [heights.length, frames, points, 3], data: Float32Array.from(data) };
}

/** Largest |Σ u Δx − mass| / Σ |u| Δx over frames. */
function massDefect(field: Float64Array, points: number, initial: Float64Array): number {
  const mass = initial.reduce((sum, value) => sum + value, 0);
  let worst = 0;
  for (let first = 0; first < field.length; first += points) {
    const frame = field.subarray(first, first + points);
    const sum = frame.reduce((total, value) => total + value, 0);
    worst = Math.max(
      worst,
      Math.abs(sum - mass) / frame.reduce((total, value) => total + Math.abs(value), 0),
    );
  }
  return worst;
}

describe('exportConstrained and openConstrained', () => {
  it('solve after export as before, at any resolution and with other samples, with exact mass', async () => {
    const probe = { field: fieldOf(6, 12, [0.5]) };
    const onnx = await exportConstrained(operator, parameters, { specs, inputs, probe });
    await using model = await openConstrained(onnx);
    expect(model.card.constraint.name).toBe('burgers-space-time');
    const heights = [0.4, 0.9];
    const coarse = heights.map((height) => sampleOf(12, height));
    const [low, high] = await model.predict({ field: fieldOf(6, 12, heights) }, coarse);
    [low, high].forEach(({ field, diagnostics }, at) => {
      expect(diagnostics[0].status).toBe('converged');
      expect(massDefect(field, 12, coarse[at].initial)).toBeLessThan(1e-14);
      expect(field.slice(0, 12)).toEqual(coarse[at].initial);
    });
    const fine = [sampleOf(24, 0.9)];
    const [finer] = await model.predict({ field: fieldOf(11, 24, [0.9]) }, fine, {
      constraint: { points: 24, frames: 11, interval: 0.025 },
      solve: { samples: 'all', experts: [1, 3] },
    });
    expect(finer.field).toHaveLength(11 * 24);
    expect(finer.diagnostics[0].rows).toBe(10 * 24);
    expect(massDefect(finer.field, 24, fine[0].initial)).toBeLessThan(1e-14);
  });

  it('refuses other files, other samples, and constraints that a file cannot name', async () => {
    const probe = { field: fieldOf(6, 12, [0.5]) };
    const bare = exportOnnx(
      (tensors, weights) => ({ basis: operator.basis(weights, inputs(tensors)) }),
      specs,
      { parameters },
    );
    await expect(openConstrained(bare)).rejects.toThrow(/no constraint in its metadata/);
    const own = constrained(network, { ...family, name: 'my-own' });
    await expect(exportConstrained(own, parameters, { specs, inputs, probe })).rejects.toThrow(
      /'my-own' is not one that a file can name/,
    );
    await using model = await openConstrained(
      await exportConstrained(operator, parameters, { specs, inputs, probe }),
    );
    await expect(model.predict(probe, [])).rejects.toThrow(/one sample for each of the 1 members/);
  });
});
