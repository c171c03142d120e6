import type { ControlResult } from '../control/control-service.js';
import { formatNumber, formatSeconds } from '../numbers.js';
import { create } from './elements.js';

/** The verdict in a few words: "verified" is said of plans whose limits the solver has confirmed, and of nothing else. */
export const VERDICTS: Readonly<Record<ControlResult['verdict'], string>> = {
  success: 'Feasible: verified by the solver',
  infeasible: 'Infeasible: proved',
  'surrogate mismatch': 'Not verified: the solver finds otherwise than the surrogate',
  'outside training range': 'Not verified: outside of the trained range',
  'optimizer failure': 'Not verified: no plan found',
};

/** A plan's sentence, figures and temperatures. */
export function controlResult(result: ControlResult): HTMLElement[] {
  const { sentence, values } = result;
  return [
    create('p', { className: 'hint', textContent: sentence }),
    create('dl', { className: 'figures' }, ...figuresOf(result).map(figure)),
    create(
      'table',
      { className: 'controls' },
      create('caption', { textContent: 'Boundary temperatures, °C' }),
      create('thead', {}, headRow(['Control', 'before', 'after', 'bounds'])),
      create(
        'tbody',
        {},
        ...values.map(({ name, before, after, bounds: [low, high] }) =>
          create(
            'tr',
            {},
            create('th', { scope: 'row', textContent: name }),
            create('td', { textContent: formatNumber(before) }),
            create('td', { textContent: formatNumber(after) }),
            create('td', { textContent: `${formatNumber(low)} to ${formatNumber(high)}` }),
          ),
        ),
      ),
    ),
  ];
}

type Figure = readonly [key: string, term: string, text: string];

function figuresOf(result: ControlResult): Figure[] {
  const { peak, outside, cost, method, reason, device, certificate, solves, seconds, refinement } = result;
  const { gradientCosine, trainedRange } = result;
  const steps = refinement.steps > 0 ? `, ${refinement.steps} corrected steps` : '';
  return [
    ['peakBefore', 'Peak before', `${formatNumber(peak.before, 6)} °C`],
    ['peakAfter', 'Peak after', `${formatNumber(peak.verified, 6)} °C`],
    ['outsideBefore', 'Cells outside before', String(outside.before)],
    ['outsideAfter', 'and after', String(outside.after)],
    ['cost', 'Cost', `${formatNumber(cost, 5)} K²`],
    ['seconds', 'Time', formatSeconds(seconds.total)],
    ['method', 'Method', `${method}${steps}; ${reason}`],
    ['solves', 'Solves', String(solves)],
    ['residual', 'Relative residual', formatNumber(certificate.relativeResidual, 2)],
    ['errorBound', 'Error bound', `${formatNumber(certificate.errorBound, 2)} K`],
    ...(device ? [['device', 'Surrogate on', device] as const] : []),
    ...(gradientCosine === null
      ? []
      : [['cosine', 'Gradient against the solver’s', `cosine ${formatNumber(gradientCosine, 5)}`] as const]),
    ...(trainedRange?.outside
      ? [['range', 'Outside of training', trainedRange.reasons.join('; ')] as const]
      : []),
  ];
}

function figure([key, term, text]: Figure): HTMLElement {
  const value = create('dd', { textContent: text });
  value.dataset.control = key;
  const wide = text.length > 24;
  return create('div', { className: wide ? 'wide' : '' }, create('dt', { textContent: term }), value);
}

const headRow = (texts: readonly string[]) =>
  create('tr', {}, ...texts.map((textContent) => create('th', { scope: 'col', textContent })));
