import { describe, expect, it } from 'vitest';
import { benchCase } from '../../../cli/bench/bench-case.js';
import { buildMesh } from '../../../cli/problem/build-mesh.js';
import { problemSchema } from '../../../cli/problem/problem-schema.js';
import { parseYaml } from '../../../cli/problem/read-yaml.js';

const caseOf = async (boundary: string, rest = '') => {
  const text = `conductivity: 2
mesh: { rectangle: { from: [0, 0], to: [3, 2] }, cells: 60 }
boundary: ${boundary}
${rest}`;
  const file = parseYaml(text, 'case.yaml', problemSchema);
  return benchCase(file, await buildMesh(file.mesh, file.lengthUnit, 'case.yaml'));
};

const HEAT = 'heat: [{ density: 5 }]';

describe('queries of a case', () => {
  it.each([
    ['one temperature all around', '{ default: { type: temperature, value: 25.1 } }', HEAT, 25.1, 1],
    [
      'two sides alike',
      '{ left: { type: temperature, value: 0.3 }, right: { type: temperature, value: 0.3 }, default: { type: insulated } }',
      HEAT,
      0.3,
      1,
    ],
    [
      'a hot and a cold side',
      '{ left: { type: temperature, value: 80 }, right: { type: temperature, value: 20 }, default: { type: insulated } }',
      HEAT,
      50,
      3,
    ],
    [
      'air beside a hot side',
      '{ left: { type: temperature, value: 80 }, right: { type: convection, coefficient: 3, ambient: 20 }, default: { type: insulated } }',
      '',
      50,
      2,
    ],
  ])('%s: surroundings, and dimension of the loads', async (_, boundary, rest, level, dimension) => {
    const given = await caseOf(boundary, rest);
    expect(given.surroundings).toBe(level);
    expect(given.loadDimension).toBe(dimension);
    expect(rankOf(Array.from({ length: 6 }, (__, n) => given.query(n).load))).toBeLessThanOrEqual(dimension);
  });

  it('are the same whoever draws them, differ from each other, and begin with the file itself', async () => {
    const boundary = '{ left: { type: temperature, value: 10 }, default: { type: insulated } }';
    const given = await caseOf(boundary, HEAT);
    const again = await caseOf(boundary, HEAT);
    expect(given.query(3).load).toEqual(again.query(3).load);
    expect(given.query(3).load).not.toEqual(given.query(4).load);
    expect(given.query(3).load).not.toEqual(given.query(3, 1).load);
    // of the rise over 10 °C there is the heat alone
    const { cellVolumes } = given.mesh;
    given.query(0).load.forEach((value, cell) => {
      expect(value).toBeCloseTo(5 * cellVolumes[cell], 12);
    });
  });
});

/** By Gram and Schmidt. */
function rankOf(vectors: readonly Float64Array[]): number {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = vector.slice();
    const before = Math.hypot(...rest);
    for (const each of basis) {
      const overlap = rest.reduce((sum, value, i) => sum + value * each[i], 0);
      each.forEach((value, i) => {
        rest[i] -= overlap * value;
      });
    }
    const size = Math.hypot(...rest);
    if (size > 1e-9 * before) basis.push(rest.map((value) => value / size));
  }
  return basis.length;
}
