import { describe, expect, test } from 'vitest';
import { isoLevels, planeAcross, planLayers, shownScalars } from '../../viewer/app/layer-plan.js';
import { initialState, type ViewState, withPath } from '../../viewer/app/view-state.js';
import type { DataSummary } from '../../viewer/data/data-service.js';

const field = { name: 'temperature', association: 'cell', component: 'magnitude' } as const;
const data: DataSummary = {
  dimension: 3,
  cellCount: 10,
  pointCount: 20,
  frame: { centre: [0, 0, 0], size: 1, halfExtent: [0.5, 0.25, 0.1] },
  fields: [{ name: 'temperature', association: 'cell', components: 1, unit: 'K' }],
  linearisedCells: 0,
  times: [0],
  step: 0,
};
const range = { minimum: 0, maximum: 8 };
const state = (...changes: [string, unknown][]): ViewState =>
  changes.reduce((current, change) => withPath(current, ...change), withPath(initialState(), 'field', field));
const idsOf = (of: ViewState, summary = data) => planLayers(of, summary, range).map(({ id }) => id);

describe('planLayers', () => {
  test('has a layer for everything that is switched on; a plane has surfaces and lines only', () => {
    expect(idsOf(state())).toEqual(['surface']);
    const all = state(
      ['cut.shown', true],
      ['slices.y', true],
      ['box.shown', true],
      ['box.low.0', 0.2],
      ['iso.shown', true],
      ['glyphs.shown', true],
      ['streamlines.shown', true],
    );
    expect(idsOf(all)).toEqual(['surface', 'cut', 'slice-y', 'box', 'iso', 'glyphs', 'streamlines']);
    expect(idsOf(all, { ...data, dimension: 2 })).toEqual(['surface', 'glyphs', 'streamlines']);
    expect(idsOf(withPath(all, 'field', null))).toEqual([]);
  });

  test('what a cut removes is hidden on every layer but the cut itself', () => {
    const layers = planLayers(
      state(['cut.shown', true], ['iso.shown', true], ['cut.position', 0.75]),
      data,
      range,
    );
    const hidden = Object.fromEntries(layers.map((layer) => [layer.id, layer.hidden]));
    expect(hidden.surface).toEqual([{ normal: [1, 0, 0], offset: 0.25 }]);
    expect(hidden.iso).toEqual(hidden.surface);
    expect(hidden.cut).toEqual([]);
    const [other] = planLayers(state(['cut.shown', true], ['cut.flipped', true]), data, range);
    expect(other.hidden[0].normal.map((x) => x + 0)).toEqual([-1, 0, 0]);
  });

  test('a change of colours plans the same geometry', () => {
    const requests = (of: ViewState) => planLayers(of, data, range).map(({ request }) => request);
    const plain = state(['cut.shown', true]);
    expect(requests(withPath(plain, 'colours.map', 'turbo'))).toEqual(requests(plain));
    expect(requests(withPath(plain, 'cut.clip', false))).toEqual(requests(plain));
  });

  test('vectors are those of the data, or the way that heat flows', () => {
    const request = (summary: DataSummary) =>
      planLayers(state(['glyphs.shown', true]), summary, range)[1].request;
    expect(request(data)).toMatchObject({ vector: { name: 'temperature', negativeGradient: true } });
    const flow = { name: 'flow', association: 'point', components: 3, unit: '' } as const;
    expect(request({ ...data, fields: [...data.fields, flow] })).toMatchObject({
      vector: { name: 'flow', association: 'point', negativeGradient: false },
    });
  });
});

test('a plane at share 0 and 1 touches the body on its two sides', () => {
  const { normal, offset } = planeAcross(data.frame.halfExtent, [3, 0, 4], 1);
  expect(normal).toEqual([0.6, 0, 0.8]);
  expect(offset).toBeCloseTo(0.6 * 0.5 + 0.8 * 0.1, 12);
  expect(planeAcross(data.frame.halfExtent, [3, 0, 4], 0).offset).toBeCloseTo(-offset, 12);
});

test('iso-values are those given, or evenly spaced inside the range', () => {
  const { iso } = initialState();
  expect(isoLevels({ ...iso, count: 3 }, range)).toEqual([2, 4, 6]);
  expect(isoLevels({ ...iso, values: [7, 1] }, range)).toEqual([7, 1]);
});

test('panels: the field; compared: field, reference, difference; blended: one', () => {
  const reference = { ...field, name: 'reference' };
  expect(shownScalars(state())).toEqual([{ field }]);
  const compared = state(['compare.shown', true], ['compare.reference', reference]);
  expect(shownScalars(compared)).toEqual([{ field }, { field: reference }, { field, minus: reference }]);
  expect(shownScalars(withPath(compared, 'compare.view', 'blend'))).toEqual([{ field }]);
});
