import { Vector3 } from 'three';
import type { ViewCamera } from './view-camera.js';

const NAMESPACE = 'http://www.w3.org/2000/svg';
/** Names, directions and colours that are told apart with any colour vision, on light and dark alike. */
const axes = [
  ['x', [1, 0, 0], '#d55e00'],
  ['y', [0, 1, 0], '#009e73'],
  ['z', [0, 0, 1], '#0080c8'],
] as const;
const LENGTH = 24;

/** Which way x, y and z point, in the corner of a panel. */
export class AxesTriad {
  readonly root = document.createElementNS(NAMESPACE, 'svg');
  private readonly lines = axes.map(() => document.createElementNS(NAMESPACE, 'line'));
  private readonly names = axes.map(() => document.createElementNS(NAMESPACE, 'text'));

  constructor() {
    this.root.setAttribute('class', 'triad');
    this.root.setAttribute('viewBox', '-38 -38 76 76');
    this.root.setAttribute('aria-hidden', 'true');
    axes.forEach(([name, , colour], k) => {
      this.lines[k].setAttribute('stroke', colour);
      this.names[k].setAttribute('fill', colour);
      this.names[k].textContent = name;
    });
  }

  /** Turns with the camera; what points to the viewer is drawn last. */
  update({ camera }: ViewCamera): void {
    const seen = axes.map(([, direction]) =>
      new Vector3(...direction).transformDirection(camera.matrixWorldInverse),
    );
    const order = [0, 1, 2].sort((a, b) => seen[a].z - seen[b].z);
    this.root.replaceChildren(...order.flatMap((k) => [this.lines[k], this.names[k]]));
    seen.forEach(({ x, y }, k) => {
      this.lines[k].setAttribute('x2', String(LENGTH * x));
      this.lines[k].setAttribute('y2', String(-LENGTH * y));
      this.names[k].setAttribute('x', String((LENGTH + 8) * x));
      this.names[k].setAttribute('y', String(-(LENGTH + 8) * y));
      // what points at the viewer has no room for its name
      this.names[k].setAttribute('visibility', Math.hypot(x, y) < 0.2 ? 'hidden' : 'visible');
    });
  }
}
