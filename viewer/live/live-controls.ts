const axes = ['x', 'y', 'z'] as const;

/** The controls of the live surrogate: what they set is in `live` of the viewer's state; patches come with the part. */
export const liveControlsHtml = `
<fieldset class="section live" id="live">
  <legend><label class="check"><input type="checkbox" data-bind="live.shown"> Live surrogate</label></legend>
  <div class="options">
    <label>Model <select id="live-model"></select></label>
    <p class="hint" id="live-model-note"></p>
    <p id="live-status" role="status"></p>
    <label>Part <select data-bind="live.part.kind" id="live-part">
      <option value="cut-corners">Cut corners</option>
      <option value="holes">Plate with holes</option>
      <option value="open">The open mesh</option></select></label>
    <div class="row" id="live-part-options">
      <label>Cells <input type="number" min="1000" max="10000" step="500" data-bind="live.part.cells"></label>
      <label>Cut-outs <input type="number" min="0" max="4" step="1" data-bind="live.part.cutouts"></label>
      <label>Shape <input type="number" min="0" max="1000000" step="1" data-bind="live.part.seed"></label>
    </div>
    <label>Conductivity <span class="with-unit"><input type="number" min="0.001" step="any" data-bind="live.conductivity"> W/(m K)</span></label>
    <div role="group" aria-label="Heat source" class="live-group">
      <label class="check"><input type="checkbox" data-bind="live.source.shown"> Heat source</label>
      <div data-when="live.source.shown=true" class="live-source">
        ${axes.map((axis, k) => `<label class="slider" data-live-axis="${k}"><span>${axis}</span> <input type="range" min="0" max="1" step="0.002" data-bind="live.source.at.${k}"><output data-shows="live-at-${k}"></output></label>`).join('')}
        <label class="slider"><span>Width</span> <input type="range" min="0.02" max="0.3" step="0.002" data-bind="live.source.width"><output data-shows="live-width"></output></label>
        <label class="slider"><span>Power</span> <input type="range" id="live-power" data-bind="live.source.power"><output data-shows="live-power"></output></label>
      </div>
    </div>
    <details open class="live-group">
      <summary>Boundary</summary>
      <div role="group" aria-label="Boundary" id="live-patches"></div>
    </details>
    <div role="group" aria-label="Answer" class="live-group live-answer">
      <p id="live-range" class="live-warning" hidden></p>
      <div class="row"><button type="button" id="live-polish" disabled>Polish</button>
        <button type="button" id="live-cancel" hidden>Cancel</button>
        <label>Steps at a time <input type="number" min="1" max="100" step="1" data-bind="live.steps"></label></div>
      <div id="live-residuals" class="live-residuals" role="img" aria-label="Residual" hidden></div>
      <p id="live-certificate" role="status"></p>
      <dl id="live-timings" class="figures live-timings" aria-label="Median times of the last moves"></dl>
    </div>
  </div>
</fieldset>`;
