import { type ColourMapName, colourMapNames } from './colour-maps.js';
import { byId, create } from './elements.js';
import { FieldScene } from './field-scene.js';
import type { LoadedSample } from './load.js';
import { Panel } from './panel.js';
import type { PanelField } from './panel-fields.js';
import { pictureOf } from './picture.js';
import { ProbeReadout, valueText } from './probe.js';
import { RangeControl } from './range-controls.js';
import { automaticRange, type ColourRange } from './ranges.js';

const divergingMap: ColourMapName = 'cool-warm';
const markerDigits = 4;
/** A press that moves further than this is a drag of the camera, not a click on a cell. */
const clickRadius = 4;

/** Shows loaded samples: owns the scene, the panels, and the controls that change how fields are drawn. */
export class Viewer {
  private readonly canvas = byId<HTMLCanvasElement>('canvas');
  private readonly scene = new FieldScene(this.canvas, () => this.placeMarkers());
  private readonly mapSelect = byId<HTMLSelectElement>('colour-map');
  private readonly edges = byId<HTMLInputElement>('edges');
  private readonly readout = new ProbeReadout((cell) => this.probe(cell, true));
  private readonly hidden = new Set<string>();
  private ranges = new Map<string, RangeControl>();
  private panels: Panel[] = [];
  private sample?: LoadedSample;
  private lengthUnit = '';
  private cell?: number;
  private pinned = false;

  constructor() {
    this.mapSelect.append(
      ...colourMapNames.map((name) => create('option', { value: name, textContent: name })),
    );
    this.mapSelect.addEventListener('change', () => this.applyColours());
    this.edges.addEventListener('change', () => this.scene.setEdges(this.edges.checked));
    byId('controls').addEventListener('submit', (event) => event.preventDefault());
    byId('reset').addEventListener('click', () => this.scene.camera.reset());
    document.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** Replaces what is shown. Camera, colour map, locked ranges and hidden fields stay as the user set them. */
  show(sample: LoadedSample, lengthUnit = ''): void {
    const fields = sample.fields.map(({ field }) => field);
    const before = this.panels.map((panel) => panel.field);
    this.sample = sample;
    this.lengthUnit = lengthUnit;
    if (JSON.stringify(fields) !== JSON.stringify(before)) this.createPanels(fields);
    this.readout.setCellCount(sample.mesh.cellCount);
    this.probe(undefined);
    this.draw();
  }

  /** Empties the scene, for a sample that cannot be shown. */
  clear(): void {
    this.sample = undefined;
    this.probe(undefined);
    this.scene.clear();
  }

  async picture(caption: string): Promise<Blob> {
    const panels = this.visiblePanels().map(({ panel, values }) => ({
      field: panel.field,
      viewport: panel.viewport,
      map: this.mapOf(panel.field),
      range: this.rangeOf(panel.field, values),
    }));
    return pictureOf(this.scene, this.canvas, panels, caption);
  }

  private createPanels(fields: readonly PanelField[]): void {
    this.panels = fields.map((field) => new Panel(field));
    this.hidden.clear();
    for (const field of fields) if (field.optional) this.hidden.add(field.key);
    byId('panels').replaceChildren(...this.panels.map((panel) => panel.root));
    byId('optional-fields').replaceChildren(
      ...fields.filter((field) => field.optional).map((field) => this.visibilityBox(field)),
    );
    this.ranges = new Map(
      fields.map((field) => [
        field.group,
        new RangeControl(field.group, field.diverging, () => this.applyColours()),
      ]),
    );
    byId('ranges').replaceChildren(...Array.from(this.ranges.values(), (control) => control.root));
    for (const panel of this.panels) this.listen(panel);
  }

  private visibilityBox(field: PanelField): HTMLElement {
    const box = create('input', { type: 'checkbox' });
    box.addEventListener('change', () => {
      if (box.checked) this.hidden.delete(field.key);
      else this.hidden.add(field.key);
      this.draw();
    });
    return create('label', { className: 'check' }, box, ` ${field.title}`);
  }

  private draw(): void {
    if (!this.sample) return;
    for (const panel of this.panels) panel.root.hidden = this.hidden.has(panel.field.key);
    for (const [group, control] of this.ranges) {
      control.root.hidden = !this.panels.some((panel) => panel.field.group === group && !panel.root.hidden);
    }
    this.scene.show(
      this.sample.mesh,
      this.visiblePanels().map(({ panel, values }) => ({
        key: panel.field.key,
        element: panel.viewport,
        values,
      })),
    );
    this.scene.mark(this.cell);
    this.applyColours();
    this.canvas.dataset.geometries = String(this.scene.geometriesHeld);
  }

  private visiblePanels(): { panel: Panel; values: Float64Array }[] {
    return this.panels
      .map((panel, i) => ({ panel, values: this.sample?.fields[i].values ?? new Float64Array() }))
      .filter(({ panel }) => !this.hidden.has(panel.field.key));
  }

  private mapOf(field: PanelField): ColourMapName {
    return field.diverging ? divergingMap : (this.mapSelect.value as ColourMapName);
  }

  private rangeOf(field: PanelField, values: Float64Array): ColourRange {
    const group = this.sample?.fields.filter((other) => other.field.group === field.group) ?? [];
    const automatic = automaticRange(
      group.length > 0 ? group.map((other) => other.values) : [values],
      field.diverging,
    );
    return this.ranges.get(field.group)?.resolve(automatic) ?? automatic;
  }

  private applyColours(): void {
    for (const { panel, values } of this.visiblePanels()) {
      const map = this.mapOf(panel.field);
      const range = this.rangeOf(panel.field, values);
      this.scene.setColours(panel.field.key, map, range.minimum, range.maximum);
      panel.setColours(map, range, values);
    }
  }

  private listen(panel: Panel): void {
    const { viewport, field } = panel;
    let pressedAt = { x: 0, y: 0 };
    const at = (event: PointerEvent) => this.scene.cellAt(field.key, event.clientX, event.clientY);
    viewport.addEventListener('pointermove', (event) => {
      if (!this.pinned && event.buttons === 0) this.probe(at(event));
    });
    viewport.addEventListener('pointerleave', () => {
      if (!this.pinned) this.probe(undefined);
    });
    viewport.addEventListener('pointerdown', (event) => {
      pressedAt = { x: event.clientX, y: event.clientY };
    });
    viewport.addEventListener('pointerup', (event) => {
      if (Math.hypot(event.clientX - pressedAt.x, event.clientY - pressedAt.y) > clickRadius) return;
      const cell = at(event);
      this.probe(cell, cell !== undefined && !(this.pinned && cell === this.cell));
    });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target instanceof HTMLElement && event.target.matches('input[type=number], select');
    if (event.key === 'Escape') this.probe(undefined);
    else if (typing) return;
    else if (event.key === 'r' || event.key === 'R') this.scene.camera.reset();
    else if (event.key === '+' || event.key === '=') this.scene.camera.zoomBy(1.25);
    else if (event.key === '-') this.scene.camera.zoomBy(0.8);
  }

  private probe(cell: number | undefined, pin = false): void {
    this.pinned = pin && cell !== undefined;
    this.cell = cell;
    this.scene.mark(cell);
    this.readout.show(cell, this.sample?.mesh, this.sample?.fields ?? [], this.lengthUnit);
    this.placeMarkers();
  }

  private placeMarkers(): void {
    const position = this.cell === undefined ? undefined : this.scene.positionOf(this.cell);
    for (const { panel, values } of this.visiblePanels()) {
      const text = position ? valueText(values[this.cell!], panel.field.unit, markerDigits) : '';
      panel.setMarker(position, text);
    }
  }
}
