import { describe, expect, test } from 'vitest';
import { controlBoundary } from '../../control/index.js';
import { boxMesh, generateMesh, plateWithHoles, writeVtu } from '../../geometry/index.js';
import { linkText, parseLink, parseSession, sessionText } from '../../viewer/app/session.js';
import { initialState } from '../../viewer/app/view-state.js';
import { completeRoles, patchGroupsOf } from '../../viewer/control/control-part.js';
import { controlQuestion, heatSource } from '../../viewer/control/control-problem.js';
import { ControlService } from '../../viewer/control/control-service.js';
import { type ControlState, controlStateSchema } from '../../viewer/control/control-state.js';
import { planRange } from '../../viewer/control/plan-range.js';

const initial = controlStateSchema.parse({});
const plate = generateMesh(plateWithHoles({ holes: 3, seed: 1, width: 0.1, height: 0.1 }), {
  cellCount: 1000,
});
const fileOf = (mesh: Parameters<typeof writeVtu>[0], cellData = {}) => ({
  name: 'part.vtu',
  from: new Blob([writeVtu(mesh, { cellData }) as Uint8Array<ArrayBuffer>]),
});

describe('the question of the control panel', () => {
  test('patches that differ in a number are one group, all others their own', () => {
    const names = ['inlet', 'hole-0', 'hole-1', 'pin7', 'empty'];
    const patches = names.map((name, i) => ({ name, start: i, size: name === 'empty' ? 0 : 2 }));
    expect(patchGroupsOf({ patches })).toEqual([
      { name: 'inlet', patches: ['inlet'], faceCount: 2 },
      { name: 'hole-*', patches: ['hole-0', 'hole-1'], faceCount: 4 },
      { name: 'pin7', patches: ['pin7'], faceCount: 2 },
    ]);
  });

  test('all heat of the chips is in the plate, wherever they are', () => {
    for (const seed of [1, 2, 3]) {
      const source = heatSource({ mesh: plate }, { ...initial, heat: { ...initial.heat, seed, power: 123 } });
      const heat = source.reduce((sum, q, cell) => sum + q * plate.cellVolumes[cell], 0);
      expect(heat).toBeCloseTo(123, 9);
    }
  });

  test('a plate in millimetres is the same plate', async () => {
    const [metres, millimetres] = [0.1, 100].map((side) =>
      generateMesh(plateWithHoles({ holes: 2, seed: 4, width: side, height: side }), { cellCount: 600 }),
    );
    expect(millimetres.cellCount).toBe(metres.cellCount);
    const answers = await Promise.all(
      (
        [
          [metres, 'm'],
          [millimetres, 'mm'],
        ] as const
      ).map(async ([mesh, lengthUnit]) => {
        const service = new ControlService();
        const state: ControlState = { ...initial, part: 'open', lengthUnit };
        await service.openPart(fileOf(mesh));
        return service.plan(state, undefined, {});
      }),
    );
    expect(answers[0].verdict).toBe('success');
    expect(answers[1].peak.before).toBeCloseTo(answers[0].peak.before, 6);
    answers[0].values.forEach(({ after }, j) => {
      expect(answers[1].values[j].after).toBeCloseTo(after, 4);
    });
  });

  test.each<[string, Partial<ControlState>, RegExp]>([
    ['nothing to control', { patches: { left: { ...role(), role: 'fixed' } } }, /Nothing is controlled/],
    ['no limit', { limit: { maximum: null, minimum: null } }, /There is no limit/],
    ['bounds out of order', { patches: { left: { ...role(), low: 30 } } }, /bounds of left are out of order/],
    ['a field that is not there', { heat: { ...initial.heat, kind: 'field' } }, /Choose the cell field/],
  ])('is refused for %s', (_, change, sentence) => {
    expect(() => controlQuestion({ mesh: plate }, { ...initial, ...change })).toThrow(sentence);
  });
});

function role() {
  return completeRoles(patchGroupsOf(plate), {}).left;
}

test.each([
  [{ maximum: 50, minimum: null }, 20, 60],
  [{ maximum: null, minimum: 30 }, 20, 60],
  [{ maximum: 50, minimum: 30 }, 20, 60],
  [{ maximum: 10, minimum: null }, 20, 60],
  [{ maximum: null, minimum: 70 }, 20, 60],
  [{ maximum: 90, minimum: null }, 20, 20],
] as const)('the colours of %o end where the limits are, and are a range', (limit, least, most) => {
  const { minimum, maximum } = planRange(limit, least, most);
  expect(minimum).toBeLessThan(maximum);
  for (let u = least; u <= most; u += 1) {
    const breaks =
      (limit.maximum !== null && u > limit.maximum) || (limit.minimum !== null && u < limit.minimum);
    expect(u < minimum || u > maximum).toBe(breaks);
  }
});

describe('a plan of the control panel', () => {
  test('is that of controlBoundary for the same plate, and limits hold', async () => {
    const service = new ControlService();
    const { part } = service.makePlate(initial);
    expect(part.cellCount).toBe(plate.cellCount);
    const result = await service.plan(initial, undefined, {});
    const names = plate.patches.map(({ name }) => name);
    const plan = await controlBoundary(
      {
        mesh: plate,
        conductivity: 180,
        source: service.heat(initial),
        boundaryConditions: Object.fromEntries(
          names.map((name) => [
            name,
            name === 'left' ? { type: 'dirichlet', value: 20 } : { type: 'neumann', flux: 0 },
          ]),
        ),
      },
      {
        controls: [
          { patches: 'left', quantity: 'temperature', bounds: [0, 20], shape: { kind: 'pieces', count: 4 } },
        ],
        limit: { maximum: 50 },
        method: 'exact',
      },
    );
    expect(result.verdict).toBe('success');
    result.values.forEach(({ before, after }, j) => {
      expect(before).toBe(20);
      expect(after).toBeCloseTo(plan.parameters[j], 6);
    });
    expect(Math.max(...result.after)).toBeLessThanOrEqual(50);
    expect(result.outside.after).toBe(0);
    expect(result.outside.before).toBe(result.before.filter((u) => u > 50).length);
  });

  test('keeps the session while limits alone change, and says what is infeasible', async () => {
    const service = new ControlService();
    service.makePlate(initial);
    const first = await service.plan(initial, undefined, {});
    const second = await service.plan({ ...initial, limit: { maximum: 30, minimum: null } }, undefined, {});
    expect(second.verdict).toBe('infeasible');
    // the fields of the four controls are at hand
    expect(second.solves).toBeLessThan(first.solves);
    expect(Math.max(...second.before)).toBeCloseTo(Math.max(...first.before), 9);
  });

  test('is found for a solid whose file names no patches, by the sides of its box, from a field of heat', async () => {
    const box = boxMesh({ cells: [6, 5, 4], size: [3, 2, 1] });
    const unnamed = {
      ...box,
      patches: [{ name: 'boundary', start: box.internalFaceCount, size: facesOf(box) }],
    };
    const service = new ControlService();
    const heat = Float64Array.from({ length: box.cellCount }, (_, cell) => (cell % 7 === 0 ? 400 : 0));
    const part = await service.openPart(fileOf(unnamed, { heat }));
    expect(part.groups.map(({ name }) => name).sort()).toEqual(['x+', 'x−', 'y+', 'y−', 'z+', 'z−']);
    expect(part.fields).toContain('heat');
    const role = { temperature: 20, low: 0, high: 20 };
    const insulated = Object.fromEntries(
      part.groups.map(({ name }) => [name, { ...role, role: 'insulated' as const }]),
    );
    const state: ControlState = {
      ...initial,
      part: 'open',
      conductivity: 10,
      heat: { ...initial.heat, kind: 'field', field: 'heat' },
      patches: { ...insulated, 'z−': { ...role, role: 'controlled' } },
      pieces: 1,
      limit: { maximum: 20, minimum: null },
    };
    const result = await service.plan(state, undefined, {});
    expect(result.verdict).toBe('success');
    // one temperature lowers the whole field alike
    const [{ before, after }] = result.values;
    result.after.forEach((u, cell) => {
      expect(result.before[cell] - u).toBeCloseTo(before - after, 6);
    });
  });

  test('by a surrogate needs one', async () => {
    const service = new ControlService();
    service.makePlate(initial);
    await expect(service.plan({ ...initial, method: 'surrogate' }, undefined, {})).rejects.toThrow(
      /comes with `fieldsmith view`/,
    );
  });
});

function facesOf({ faceAreas, internalFaceCount }: { faceAreas: Float64Array; internalFaceCount: number }) {
  return faceAreas.length - internalFaceCount;
}

test('what is set of a control problem goes through a session and a link unchanged', () => {
  const state = {
    ...initialState(),
    control: controlStateSchema.parse({
      shown: true,
      part: 'open',
      lengthUnit: 'mm',
      conductivity: 15.5,
      plate: { cells: 2500, holes: 4, seed: 9 },
      heat: { kind: 'field', field: 'q', chips: 7, seed: 3, power: -4 },
      patches: { 'hole-*': { role: 'controlled', temperature: 21.5, low: -3, high: 40 } },
      pieces: 7,
      limit: { maximum: 60.25, minimum: -1 },
      method: 'surrogate',
    }),
  };
  expect(parseSession(sessionText(state))).toEqual(state);
  expect(parseLink(linkText(state))).toEqual(state);
});
