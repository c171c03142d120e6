import { afterAll, beforeAll, expect, test } from 'vitest';
import { cornerRemovedSquare, generateMesh } from '../../geometry/index.js';
import { encodedMeshes } from '../../server/encoded-meshes.js';
import { problemOf, type StatedProblem } from '../../server/problem-from-request.js';
import type { ProblemRequest } from '../../server/problem-schema.js';
import { loadPretrained, openSurrogate, type Surrogate } from '../../training/index.js';

const given = {
  mesh: generateMesh(cornerRemovedSquare({ corners: 2, seed: 8 }), { cellCount: 300 }),
  cellFields: {},
};
const stated = (change: Partial<ProblemRequest>): [ProblemRequest, StatedProblem] => {
  const request: ProblemRequest = {
    mesh: { id: 'a'.repeat(64) },
    conductivity: 1,
    source: 1,
    boundaryConditions: { bottom: { type: 'dirichlet', value: 0 }, '*': { type: 'neumann', flux: 0 } },
    ...change,
  };
  return [request, problemOf(request, given, { maximumCells: 1000, maximumBytes: 1 })];
};
const robin = { type: 'robin', coefficient: 1, ambient: 0 } as const;

let surrogate: Surrogate;
/** How often a mesh was encoded */
let encodings = 0;
beforeAll(async () => {
  const opened = await openSurrogate(loadPretrained('random-bc'), { threads: 1 });
  surrogate = {
    ...opened,
    reduce: (...given) => {
      encodings++;
      return opened.reduce(...given);
    },
  };
});
afterAll(() => surrogate.dispose());

test('predictions are those of the model; one encoding serves all sources and boundary values', async () => {
  const encoded = encodedMeshes();
  const check = async (change: Partial<ProblemRequest>, expected: number) => {
    const [request, problem] = stated(change);
    const field = await encoded.predict(surrogate, request, problem);
    expect([...field]).toEqual([...(await surrogate.predict(problem))]);
    expect(encodings).toBe(expected);
  };
  const warm = { type: 'dirichlet', value: 4 } as const;
  const insulated = { type: 'neumann', flux: 0 } as const;
  await check({}, 1);
  await check({ source: { boxes: [{ low: [0, 0], high: [3, 3], value: 7 }], elsewhere: 0 } }, 1);
  await check({ boundaryConditions: { bottom: warm, '*': { type: 'neumann', flux: 1 } } }, 1);
  // others
  await check({ conductivity: 2 }, 2);
  await check({ boundaryConditions: { bottom: warm, left: warm, '*': insulated } }, 3);
  await check({ mesh: { id: 'b'.repeat(64) } }, 4);
  // and those before are at hand still
  await check({ source: 3 }, 4);
  await check({ mesh: { generator: 'corner-removed-square', corners: 2, seed: 8, cellCount: 300 } }, 4);
});

test('what cannot be predicted is refused as by the model', async () => {
  const encoded = encodedMeshes();
  const [unbalanced, problem] = stated({ boundaryConditions: { '*': { type: 'neumann', flux: 0 } } });
  await expect(encoded.predict(surrogate, unbalanced, problem)).rejects.toThrow(/must be zero/);
  const removed = await encoded.predict(surrogate, unbalanced, problem, { neumannImbalance: 'remove' });
  expect([...removed]).toEqual([...(await surrogate.predict(problem, { neumannImbalance: 'remove' }))]);
  const [convective, cooled] = stated({ boundaryConditions: { '*': robin } });
  await expect(encoded.predict(surrogate, convective, cooled)).rejects.toThrow(/is robin/);
});

test('warnings about the trained range arrive', async () => {
  const [request, problem] = stated({});
  const narrow: Surrogate = {
    ...surrogate,
    rangeOf: () => ({ score: 2, outside: true, reasons: ['shape: too long'], groups: {} }),
  };
  const warnings: string[] = [];
  await encodedMeshes().predict(narrow, request, problem, { onWarning: (text) => warnings.push(text) });
  expect(warnings.join()).toMatch(/outside the trained range.*too long/);
});
