import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linkText, parseLink, parseSession, sessionText } from '../../viewer/app/session.js';
import { initialState, readPath, type ViewState, withPath } from '../../viewer/app/view-state.js';

/** Every value of the state that is not one of the initial ones. */
const changes: readonly [string, fc.Arbitrary<unknown>][] = [
  ['data', fc.record({ name: fc.string(), address: fc.webUrl(), sample: fc.nat(), step: fc.nat(99) })],
  [
    'field',
    fc.record({ name: fc.string(), association: fc.constantFrom('cell', 'point'), component: fc.nat(8) }),
  ],
  ['colours.map', fc.constantFrom('cividis', 'inferno', 'turbo', 'cool-warm', 'grey')],
  ['colours.minimum', fc.double({ noNaN: true, noDefaultInfinity: true })],
  ['colours.missing', fc.constantFrom('#00ff00', '#123456')],
  ['cut.normal', fc.tuple(fc.integer(), fc.integer(), fc.integer())],
  ['cut.position', fc.double({ min: 0, max: 1, noNaN: true })],
  ['slices.position', fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0, max: 1, noNaN: true })))],
  ['threshold.minimum', fc.double({ noNaN: true, noDefaultInfinity: true })],
  ['iso.values', fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 5 })],
  ['glyphs.shown', fc.boolean()],
  ['compare.blend', fc.double({ min: 0, max: 1, noNaN: true })],
  ['probe.cell', fc.nat()],
  [
    'camera.position',
    fc.tuple(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.integer()),
  ],
];

describe('a session', () => {
  test('keeps everything that was set, as text and as a link', () => {
    const state = fc.tuple(
      ...changes.map(([path, value]) => fc.option(value.map((set) => [path, set] as const))),
    );
    fc.assert(
      fc.property(state, (set) => {
        let current: ViewState = initialState();
        for (const change of set) if (change) current = withPath(current, ...change);
        const normal = JSON.parse(JSON.stringify(current));
        expect(parseSession(sessionText(current))).toEqual(normal);
        expect(parseLink(linkText(current))).toEqual(normal);
        expect(linkText(current)).toMatch(/^[\w-]*$/);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test('says nothing of what is as at first', () => {
    expect(JSON.parse(sessionText(initialState()))).toEqual({ version: 1 });
    expect(JSON.parse(sessionText(withPath(initialState(), 'cut.position', 0.25)))).toEqual({
      version: 1,
      cut: { position: 0.25 },
    });
  });

  test('that is wrong or damaged is refused with a sentence', () => {
    expect(() => parseSession('{')).toThrow(/not JSON/);
    expect(() => parseSession('{"version":2}')).toThrow(/wrong at version/);
    expect(() => parseSession('{"colours":{"map":"rainbow"}}')).toThrow(/wrong at colours\.map/);
    expect(() => parseSession('{"cut":{"position":7}}')).toThrow(/wrong at cut\.position/);
    const link = linkText(withPath(initialState(), 'data.name', 'x'.repeat(200)));
    expect(() => parseLink(link.slice(0, link.length / 2))).toThrow(/copied whole|wrong|JSON/);
    expect(() => parseLink('%%%')).toThrow(/damaged/);
  });
});

test('a path reads and replaces one value; the rest is the same', () => {
  const state = initialState();
  const next = withPath(state, 'slices.position.1', 0.75);
  expect(readPath(next, 'slices.position')).toEqual([0.5, 0.75, 0.5]);
  expect(next.cut).toBe(state.cut);
  expect(state.slices.position).toEqual([0.5, 0.5, 0.5]);
});
