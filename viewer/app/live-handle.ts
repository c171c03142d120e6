import { create } from './elements.js';
import type { FieldPanel } from './field-panel.js';
import type { ViewDocument } from './view-document.js';
import type { Viewer, ViewOverlay } from './viewer.js';

const NUDGE = 0.01;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-NUDGE, 0],
  ArrowRight: [NUDGE, 0],
  ArrowUp: [0, NUDGE],
  ArrowDown: [0, -NUDGE],
};

/** The heat source on the body: a handle in every panel, to be dragged or moved with the arrow keys. */
export class LiveHandle implements ViewOverlay {
  private readonly handles: HTMLElement[] = [];

  constructor(
    private readonly view: ViewDocument,
    private readonly viewer: Viewer,
    /** Whether the body that is shown is the one that answers */
    private readonly active: () => boolean,
  ) {
    viewer.overlays.push(this);
    view.onChange(() => this.place());
  }

  attach({ viewport }: FieldPanel, index: number): void {
    const handle = create('button', {
      type: 'button',
      className: 'live-handle',
      ariaLabel: 'Place of the heat source',
    });
    handle.title = 'Heat source: drag it, or move it with the arrow keys';
    this.handles.length = index;
    this.handles.push(handle);
    viewport.append(handle);
    handle.addEventListener('pointerdown', (event) => {
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener('pointermove', (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const place = this.viewer.scene.placeUnder(index, event.clientX, event.clientY, this.drawnPlace());
      if (place) this.moveTo(place);
    });
    handle.addEventListener('keydown', (event) => {
      const move = ARROWS[event.key];
      if (!move) return;
      const [x, y, z] = this.view.state.live.source.at;
      this.set([x + move[0], y + move[1], z]);
      event.preventDefault();
      event.stopPropagation();
    });
    // neither the camera nor the probe is meant
    for (const type of ['pointerdown', 'pointermove', 'pointerup', 'click', 'dblclick'])
      handle.addEventListener(type, (event) => event.stopPropagation());
    this.place();
  }

  place(): void {
    const { live } = this.view.state;
    const shown = live.shown && live.source.shown && this.active();
    const at = shown ? this.viewer.scene.project(this.drawnPlace()) : undefined;
    for (const handle of this.handles) {
      handle.hidden = !at;
      if (at) handle.style.transform = `translate(${at.x}px, ${at.y}px)`;
    }
  }

  private drawnPlace(): number[] {
    const half = this.viewer.data?.frame.halfExtent ?? [0, 0, 0];
    return this.view.state.live.source.at.map((share, axis) => half[axis] * (2 * share - 1));
  }

  private moveTo(place: readonly number[]): void {
    const half = this.viewer.data?.frame.halfExtent ?? [0, 0, 0];
    this.set(place.map((x, axis) => (half[axis] > 0 ? (x / half[axis] + 1) / 2 : 0.5)));
  }

  private set(shares: readonly number[]): void {
    this.view.set(
      'live.source.at',
      shares.map((share) => Math.min(1, Math.max(0, share))),
    );
  }
}
