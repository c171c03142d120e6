import { number, section, select } from '../page-parts.js';

/** The panel for boundary control; app/control-panel.ts fills patches, fields and the result. */
export const controlSectionHtml = section(
  'Boundary control',
  'control.shown',
  `<p class="hint">Which boundary temperatures keep the part within a limit, as near as can be to given ones? Steady conduction; every plan is solved for.</p>
  ${select('Part', 'control.part', { plate: 'A plate with holes', open: 'The mesh that is open' })}
  <div class="row" data-when="control.part=plate">${number('Holes', 'control.plate.holes', 'min="0" max="4" step="1"')}${number('Seed', 'control.plate.seed', 'min="0" max="1000000" step="1"')}</div>
  <div data-when="control.part=plate">${number('Cells', 'control.plate.cells', 'min="200" max="20000" step="100"')}</div>
  <div data-when="control.part=open">${select('Unit of its coordinates', 'control.lengthUnit', { m: 'm', mm: 'mm' })}</div>
  ${number('Conductivity, W/(m K)', 'control.conductivity', 'min="1e-6" step="any"')}
  ${select('Heat', 'control.heat.kind', { chips: 'Chips', field: 'A cell field, W/m³' })}
  <div class="row" data-when="control.heat.kind=chips">${number('Chips', 'control.heat.chips', 'min="1" max="12" step="1"')}${number('Seed', 'control.heat.seed', 'min="0" max="1000000" step="1"')}</div>
  <div data-when="control.heat.kind=chips">${number('Power, W (2D: W/m)', 'control.heat.power', 'step="any"')}</div>
  <div data-when="control.heat.kind=field">${select('Field', 'control.heat.field', {}, 'data-json id="control-fields"')}</div>
  <div role="group" aria-labelledby="control-boundary"><p id="control-boundary" class="group-name">Boundary, °C</p>
  <div id="control-patches" class="patches"></div></div>
  ${number('Temperatures along each', 'control.pieces', 'min="1" max="16" step="1"')}
  ${number('Nowhere above, °C', 'control.limit.maximum', 'step="any" data-empty="null" placeholder="none"')}
  ${number('Nowhere below, °C', 'control.limit.minimum', 'step="any" data-empty="null" placeholder="none"')}
  ${select('Method', 'control.method', { auto: 'Automatic', exact: 'Exact, by the solver', surrogate: 'Surrogate + refinement' })}
  <div class="row"><button type="button" id="control-run">Plan</button><button type="button" id="control-cancel" hidden>Cancel</button>
  <progress id="control-progress" max="1" aria-label="Planning" hidden></progress></div>
  <p id="control-status" role="status" data-verdict=""></p>
  <div id="control-result"></div>`,
  'control',
);
