import { controlSectionHtml } from './control/control-section.js';
import { liveControlsHtml } from './live/live-controls.js';

import { check, number, section, select, slider } from './page-parts.js';

const axes = ['x', 'y', 'z'] as const;
const fields = 'data-json data-fields="scalars"';
const vectors = 'data-json data-fields="vectors"';

/** The controls of the viewer, each bound to a value of its state (viewer/app/view-state.ts). */
export const controlsHtml = `
${liveControlsHtml}
${controlSectionHtml}
<fieldset class="section" data-section="field"><legend>Field</legend>
  <div class="options">
    ${select('Show', 'field', {}, `${fields} id="field"`)}
    ${select('Colour map', 'colours.map', {}, 'id="colour-map"')}
    <div class="row">${check('Reversed', 'colours.reversed')}
    ${select('Scale', 'colours.scale', { linear: 'Linear', log: 'Logarithmic' })}</div>
    ${select('Range', 'colours.range', {
      automatic: 'All values',
      percentile: 'Without outliers',
      locked: 'Locked',
    })}
    <div class="row range">${number('From', 'colours.minimum')}${number('to', 'colours.maximum')}</div>
    <div data-when="colours.range=percentile">${number('Percent left out at each end', 'colours.percent', 'min="0" max="49" step="0.5"')}</div>
    <div class="row">${check('Mark values outside', 'colours.markOutside')}
      <span data-when="colours.markOutside=true" class="swatches">
        <label>below <input type="color" data-bind="colours.below"></label>
        <label>above <input type="color" data-bind="colours.above"></label></span></div>
    <div class="row"><span class="name">Cell edges</span>${check('surface', 'edges.surface')}${check('cuts', 'edges.cuts')}</div>
    <label class="row">No value <input type="color" data-bind="colours.missing"></label>
  </div>
</fieldset>
${section('Surface', 'surface.shown', slider('Opacity', 'surface.opacity'))}
${section(
  'Cut plane',
  'cut.shown',
  `${slider('Position', 'cut.position', undefined, 'cut')}
  <div class="row" role="group" aria-label="Direction of the cut"><button type="button" data-normal="1,0,0">x</button><button type="button" data-normal="0,1,0">y</button><button type="button" data-normal="0,0,1">z</button>${axes
    .map(
      (axis, k) =>
        `<input type="number" step="0.05" data-bind="cut.normal.${k}" aria-label="${axis} of the normal">`,
    )
    .join('')}</div>
  <div class="row">${check('Remove one side', 'cut.clip')}${check('the other one', 'cut.flipped')}</div>`,
  'solid',
)}
<fieldset class="section" data-section="solid"><legend>Slices</legend>
  <div class="options slices">${axes.map((axis, k) => `<div>${check(axis, `slices.${axis}`)}${slider('at', `slices.position.${k}`, undefined, `slice-${axis}`)}</div>`).join('')}</div>
</fieldset>
${section(
  'Clipping box',
  'box.shown',
  axes
    .map(
      (axis, k) =>
        `<div class="row pair">${slider(`${axis} from`, `box.low.${k}`)}${slider('to', `box.high.${k}`)}</div>`,
    )
    .join(''),
  'solid',
)}
${section('Threshold', 'threshold.shown', `<div class="row range">${number('Keep from', 'threshold.minimum', 'step="any" data-empty="null" placeholder="lowest"')}${number('to', 'threshold.maximum', 'step="any" data-empty="null" placeholder="highest"')}</div>`)}
${section(
  'Iso-surfaces',
  'iso.shown',
  `<div class="row">${number('How many', 'iso.count', 'min="1" max="20" step="1"')}</div>
  <label>or at the values <input type="text" data-bind="iso.values" data-numbers placeholder="e.g. 20, 40.5" inputmode="decimal"></label>
  ${slider('Opacity', 'iso.opacity')}`,
  'solid',
)}
${section(
  'Warp',
  'warp.shown',
  `<div class="row">${select('By', 'warp.by', { scalar: 'the field', vector: 'a vector' })}
  <span data-when="warp.by=scalar">${select('along', 'warp.axis', { x: 'x', y: 'y', z: 'z' })}</span></div>
  <div data-when="warp.by=vector">${select('Vector', 'warp.vector', {}, vectors)}</div>
  ${slider('Amount', 'warp.amount', 'min="-1" max="1" step="0.01"', 'warp')}`,
)}
${section(
  'Arrows',
  'glyphs.shown',
  `${select('Vector', 'glyphs.vector', {}, vectors)}
  <div class="row">${number('How many', 'glyphs.count', 'min="1" max="20000" step="1"')}</div>
  ${slider('Size', 'glyphs.scale', 'min="0.2" max="4" step="0.05"')}`,
)}
${section(
  'Streamlines',
  'streamlines.shown',
  `${select('Vector', 'streamlines.vector', {}, vectors)}
  <div class="row">${number('How many', 'streamlines.count', 'min="1" max="2000" step="1"')}</div>
  ${slider('Length', 'streamlines.length', 'min="0.05" max="5" step="0.05"')}`,
)}
${section(
  'Compare',
  'compare.shown',
  `${select('With', 'compare.reference', {}, `${fields} id="reference"`)}
  ${select('Show', 'compare.view', { panels: 'Side by side', blend: 'Blended' })}
  <div data-when="compare.view=blend">${slider('Field to reference', 'compare.blend')}</div>
  <div data-when="compare.view=panels">${number('Largest error in colour', 'compare.lockedError', 'step="any" min="0" data-empty="null" placeholder="automatic"')}</div>
  <dl id="difference" class="figures"></dl>
  <div id="residual-choice" hidden>${check('Residual of each cell', 'compare.residual')}</div>
  <button type="button" id="worst">Go to the worst cell</button>`,
)}
${section(
  'Line plot',
  'probe.line',
  `<div class="row triple"><span>From</span>${axes.map((axis, k) => `<input type="number" min="0" max="1" step="0.05" data-bind="probe.from.${k}" aria-label="${axis} of the start, share of the body">`).join('')}</div>
  <div class="row triple"><span>to</span>${axes.map((axis, k) => `<input type="number" min="0" max="1" step="0.05" data-bind="probe.to.${k}" aria-label="${axis} of the end, share of the body">`).join('')}</div>
  <p class="hint">Shares of the body: 0 is its one side, 1 the other.</p>`,
)}
<fieldset class="section" data-section="series"><legend>${check('Plot over time', 'probe.overTime')}</legend>
  <div class="options"><p class="hint">Of the cell that is kept by the probe.</p></div></fieldset>
<fieldset class="section"><legend>Camera</legend>
  <div class="options">${select('Projection', 'camera.projection', { orthographic: 'Parallel', perspective: 'Perspective' })}
  <div class="row" role="group" aria-label="Look from">${['+x', '-x', '+y', '-y', '+z', '-z', 'corner'].map((view) => `<button type="button" data-look="${view}">${view.replace('-', '−')}</button>`).join('')}</div>
  </div></fieldset>`;
