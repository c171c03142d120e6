import type { LivePart, LivePatch } from '../live/live-part.js';
import type { LiveState, PatchSetting } from '../live/live-state.js';
import type { LiveModel } from '../live/open-live-model.js';
import { formatNumber } from '../numbers.js';
import { byId, create } from './elements.js';
import { type LiveRanges, rangesOf } from './live-ranges.js';
import type { ViewDocument } from './view-document.js';

/** The part of the panel that follows from model and mesh: names, the list of patches, reach of the sliders, what is said. */
export class LivePanel {
  private patches: readonly LivePatch[] = [];
  private offered = '';
  private reach: LiveRanges = { temperature: [0, 1], flux: 1, power: 1 };
  private readonly rows = new Map<string, (setting: PatchSetting) => void>();

  constructor(
    private readonly view: ViewDocument,
    /** A patch that a person looks at, or none */
    private readonly onPatch: (patch: LivePatch | undefined) => void,
  ) {
    view.onChange(({ live }) => this.showValues(live));
  }

  /** Models to choose from. */
  offerModels(names: readonly (readonly [name: string, title: string])[], chosen: string): void {
    const list = byId<HTMLSelectElement>('live-model');
    const missing = names.some(([name]) => name === chosen) ? [] : [[chosen, chosen] as const];
    const offered = [...names, ...missing];
    // a list that is open closes when its entries are replaced
    if (JSON.stringify(offered) !== this.offered)
      list.replaceChildren(
        ...offered.map(([value, textContent]) => create('option', { value, textContent })),
      );
    this.offered = JSON.stringify(offered);
    list.value = chosen;
  }

  describeModel({ operator, answers, device, reason }: LiveModel, rank: number | undefined): void {
    const what = answers === 'basis' ? `${rank ?? ''} basis fields`.trim() : 'answers with the field';
    byId('live-model-note').textContent = `${operator}, ${what}. On ${device}: ${reason}.`;
  }

  /** One row a patch: its type, its temperature or flux. */
  showPart(part: LivePart, model: LiveModel, conductivity: number): void {
    this.patches = part.patches;
    this.rows.clear();
    byId('live-patches').replaceChildren(...part.patches.map((patch) => this.row(patch, model)));
    for (const element of document.querySelectorAll<HTMLElement>('[data-live-axis]'))
      element.hidden = Number(element.dataset.liveAxis) >= part.dimension;
    this.setReach(part, conductivity);
    this.showPositions(part, this.view.state.live);
  }

  /** How far the sliders go. */
  setReach(part: LivePart, conductivity: number): void {
    this.reach = rangesOf(part, conductivity);
    const power = byId<HTMLInputElement>('live-power');
    Object.assign(power, {
      min: String(-this.reach.power),
      max: String(this.reach.power),
      step: String(this.reach.power / 200),
    });
    power.value = String(this.view.state.live.source.power);
    this.showValues(this.view.state.live);
  }

  /** Positions and sizes of the source in units, beside their sliders. */
  showPositions({ low, high, dimension }: LivePart, { source }: LiveState): void {
    const show = (name: string, text: string) => {
      const output = document.querySelector<HTMLOutputElement>(`[data-shows="live-${name}"]`);
      if (output) output.value = text;
    };
    for (let axis = 0; axis < dimension; axis++)
      show(`at-${axis}`, `${formatNumber(low[axis] + source.at[axis] * (high[axis] - low[axis]), 3)} m`);
    const longest = Math.max(...low.map((value, axis) => high[axis] - value));
    show('width', `${formatNumber(source.width * longest, 3)} m`);
    show('power', `${formatNumber(source.power, 4)} ${dimension === 2 ? 'W/m' : 'W'}`);
  }

  say(text: string, failed = false): void {
    const status = byId('live-status');
    if (status.textContent !== text) status.textContent = text;
    status.dataset.failed = String(failed);
  }

  /** What the model has to say of a problem beside those that it knows. */
  warn(sentence: string | undefined): void {
    const place = byId('live-range');
    place.hidden = sentence === undefined;
    if (sentence !== undefined && place.textContent !== sentence) place.textContent = sentence;
  }

  private showValues(live: LiveState): void {
    byId('live-part-options').hidden = live.part.kind === 'open';
    for (const { name } of this.patches) {
      const setting = live.patches[name];
      if (setting) this.rows.get(name)?.(setting);
    }
  }

  private row(patch: LivePatch, { coverage, seesValues }: LiveModel): HTMLElement {
    const { name } = patch;
    const label = (what: string) => `${what} of ${name}`;
    const type = create(
      'select',
      { ariaLabel: label('Type'), disabled: coverage === 'dirichlet' || coverage === 'neumann' },
      create('option', { value: 'dirichlet', textContent: 'temperature' }),
      create('option', { value: 'neumann', textContent: 'flux' }),
    );
    type.dataset.livePatchType = name;
    const range = create('input', { type: 'range', ariaLabel: label('Value') });
    range.dataset.livePatch = name;
    const number = create('input', { type: 'number', step: 'any', ariaLabel: label('Value, typed') });
    const unit = create('span');
    const change = (changes: Partial<PatchSetting>) => {
      const { patches } = this.view.state.live;
      this.view.set('live.patches', { ...patches, [name]: { ...patches[name], ...changes } });
    };
    const quantity = () => (type.value === 'dirichlet' ? 'temperature' : 'flux');
    type.addEventListener('change', () => change({ type: type.value as PatchSetting['type'] }));
    range.addEventListener('input', () => change({ [quantity()]: range.valueAsNumber }));
    number.addEventListener('change', () => {
      if (Number.isFinite(number.valueAsNumber)) change({ [quantity()]: number.valueAsNumber });
    });
    this.rows.set(name, (setting) => {
      const held = setting.type === 'dirichlet';
      const value = held ? setting.temperature : setting.flux;
      const { temperature, flux } = this.reach;
      const [low, high] = held ? temperature : [-flux, flux];
      type.value = setting.type;
      Object.assign(range, { min: String(low), max: String(high), step: String((high - low) / 200) });
      range.disabled = number.disabled = !seesValues;
      range.value = String(value);
      range.setAttribute('aria-valuetext', `${formatNumber(value)} ${held ? '°C' : 'W/m²'}`);
      if (document.activeElement !== number) number.value = String(Number(value.toPrecision(6)));
      unit.textContent = held ? '°C' : 'W/m²';
    });
    const row = create(
      'div',
      { className: 'live-patch' },
      create('span', { className: 'patch-name', textContent: name }),
      create('span', { className: 'with-unit' }, number, unit),
      create('div', { className: 'live-value' }, type, range),
    );
    for (const event of ['pointerenter', 'focusin']) row.addEventListener(event, () => this.onPatch(patch));
    for (const event of ['pointerleave', 'focusout'])
      row.addEventListener(event, () => this.onPatch(undefined));
    return row;
  }
}
