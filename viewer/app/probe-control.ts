import type { DataService, ProbedCell } from '../data/data-service.js';
import type { Remote } from '../data/remote.js';
import type { FieldPanel } from './field-panel.js';
import { warpOf } from './layer-plan.js';
import { ProbeReadout, valueText } from './probe-readout.js';
import type { Shown } from './shown.js';
import type { ViewDocument } from './view-document.js';
import type { ViewScene } from './view-scene.js';

const MARKER_DIGITS = 4;
/** A press that moves further than this is a drag of the camera, not a click on a cell. */
const CLICK_RADIUS = 4;

/** Reads the cell under the pointer, or the one that is kept, and shows it in every panel and in the strip below. */
export class ProbeControl {
  private readonly readout = new ProbeReadout((cell) => this.pin(cell));
  private probed?: ProbedCell;
  private reading = false;
  /** The cell to read next, and the one that was asked for last */
  private wanted?: { cell: number; position?: readonly number[] };
  private asked?: { cell: number; position?: readonly number[] };
  /** What the cell was read with */
  private read = '';

  constructor(
    private readonly view: ViewDocument,
    private readonly service: Remote<DataService>,
    private readonly scene: ViewScene,
    private readonly shown: () => Shown | undefined,
    private readonly fail: (error: unknown) => void,
  ) {}

  /** Other data: what is read is read again. */
  forget(cellCount: number): void {
    this.read = '';
    this.readout.setCellCount(cellCount);
  }

  listen({ viewport }: FieldPanel, index: number): void {
    let pressedAt = { x: 0, y: 0 };
    viewport.addEventListener('pointermove', (event) => {
      if (this.view.state.probe.cell !== null || event.buttons !== 0) return;
      const picked = this.scene.pick(index, event.clientX, event.clientY);
      this.probe(picked?.cell, picked?.position);
    });
    viewport.addEventListener('pointerleave', () => {
      if (this.view.state.probe.cell === null) this.probe(undefined);
    });
    viewport.addEventListener('pointerdown', (event) => {
      pressedAt = { x: event.clientX, y: event.clientY };
    });
    viewport.addEventListener('pointerup', (event) => {
      if (Math.hypot(event.clientX - pressedAt.x, event.clientY - pressedAt.y) > CLICK_RADIUS) return;
      const picked = this.scene.pick(index, event.clientX, event.clientY);
      const again = picked?.cell === this.view.state.probe.cell;
      this.pin(again ? undefined : picked?.cell, picked?.position);
    });
  }

  /** Keeps a cell, or lets go. */
  pin(cell: number | undefined, position?: readonly number[]): void {
    if (this.view.state.probe.cell !== (cell ?? null)) this.view.set('probe.cell', cell ?? null);
    this.probe(cell, position);
  }

  /** Keeps the cell in the middle of the first panel. */
  pinCentre(): void {
    const box = this.shown()?.panels[0]?.viewport.getBoundingClientRect();
    if (!box) return;
    const picked = this.scene.pick(0, box.left + box.width / 2, box.top + box.height / 2);
    this.pin(picked?.cell, picked?.position);
  }

  /** Reads the cell of the state, or the one that is read, if what is shown of it has changed. */
  update(): void {
    const { state } = this.view;
    const key = JSON.stringify([this.shown()?.plan.panels.map(({ scalar }) => scalar), state.warp]);
    const cell = state.probe.cell ?? this.probed?.cell;
    if (cell === undefined || (cell === this.probed?.cell && key === this.read)) return;
    this.read = key;
    this.probe(cell, this.asked?.cell === cell ? this.asked.position : undefined);
  }

  /** Puts the markers where the camera shows the probed place. */
  placeMarkers(): void {
    const shown = this.shown();
    const position = this.probed && shown && this.scene.project(this.placeOf(this.probed, shown));
    shown?.panels.forEach((panel, i) => {
      const unit = shown.plan.panels[i]?.unit ?? '';
      panel.setMarker(position, this.probed ? valueText(this.probed.values[i], unit, MARKER_DIGITS) : '');
    });
  }

  /** Reads a cell; of several asked for while the worker is at work, the last one. */
  private async probe(cell: number | undefined, position?: readonly number[]): Promise<void> {
    this.wanted = cell === undefined ? undefined : { cell, position };
    this.asked = this.wanted;
    if (cell === undefined) this.show(undefined);
    if (this.reading) return;
    this.reading = true;
    try {
      for (let shown = this.shown(); this.wanted && shown; shown = this.shown()) {
        const { cell: next, position: place } = this.wanted;
        this.wanted = undefined;
        const { state } = this.view;
        const scalars = shown.plan.panels.map(({ scalar: { field, minus } }) => ({ field, minus }));
        const warp = state.field ? warpOf(state, state.field) : undefined;
        const found = await this.service.probe(next, place, scalars, warp);
        const kept = this.view.state.probe.cell;
        if (!this.wanted && this.asked && (kept === null || kept === next)) this.show(found);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.reading = false;
    }
  }

  private show(probed: ProbedCell | undefined): void {
    this.probed = probed;
    const shown = this.shown();
    const text = probed &&
      shown && {
        cell: probed.cell,
        fileCell: probed.fileCell,
        position: shown.data.dimension === 2 ? probed.position.slice(0, 2) : probed.position,
        values: shown.plan.panels.map(({ text: { key, title }, unit }, i) => ({
          key,
          title,
          unit,
          value: probed.values[i],
        })),
      };
    this.readout.show(text, shown?.run?.lengthUnit ?? '');
    const pieces = probed && {
      starts: everySecond(probed.outline, 0),
      ends: everySecond(probed.outline, 1),
    };
    this.scene.overlay('outline-dark', pieces, '#10151b', 5);
    this.scene.overlay('outline', pieces, '#ffffff', 2);
    this.placeMarkers();
  }

  private placeOf({ position }: ProbedCell, { data }: Shown): number[] {
    const { centre, size } = data.frame;
    return position.map((x, axis) => (x - centre[axis]) / size);
  }
}

/** Every second point of a list of segments: their starts or their ends. */
function everySecond(ends: Float32Array, which: 0 | 1): Float32Array<ArrayBuffer> {
  return Float32Array.from(ends.filter((_, i) => Math.floor(i / 3) % 2 === which));
}
