import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linkText, parseLink, parseSession, sessionText } from '../../../viewer/app/session.js';
import { initialState } from '../../../viewer/app/view-state.js';
import { type LiveState, liveStateSchema } from '../../../viewer/live/live-state.js';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
// −0 is 0 in JSON
const value = number.map((x) => x + 0);

const setting = fc.record({
  type: fc.constantFrom('dirichlet' as const, 'neumann' as const),
  temperature: value,
  flux: value,
});

const live: fc.Arbitrary<LiveState> = fc.record({
  shown: fc.boolean(),
  model: fc.string(),
  part: fc.record({
    kind: fc.constantFrom('cut-corners' as const, 'holes' as const, 'open' as const),
    cells: fc.integer({ min: 200, max: 20_000 }),
    cutouts: fc.integer({ min: 0, max: 4 }),
    seed: fc.integer({ min: 0, max: 1_000_000 }),
  }),
  conductivity: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
  patches: fc.dictionary(
    fc.string().filter((name) => name !== '__proto__'),
    setting,
  ),
  source: fc.record({
    shown: fc.boolean(),
    at: fc.tuple(share, share, share).map(([x, y, z]): [number, number, number] => [x + 0, y + 0, z + 0]),
    width: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
    power: value,
  }),
  steps: fc.integer({ min: 1, max: 100 }),
});

it('everything that is set of a live surrogate goes into the session and the link, and comes back', () => {
  fc.assert(
    fc.property(live, (set) => {
      const state = { ...initialState(), live: set };
      expect(parseSession(sessionText(state))).toEqual(state);
      expect(parseLink(linkText(state))).toEqual(state);
    }),
    { numRuns: 100 },
  );
});

it('sessions from before there were live surrogates open as ever', () => {
  expect(parseSession('{"version": 1}').live).toEqual(liveStateSchema.parse({}));
});
