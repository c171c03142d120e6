import { MOUSE, OrthographicCamera, TOUCH, Vector3 } from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import type { Surface } from './surface.js';

const margin = 1.07;

/**
 * One parallel-projection camera moved from any of several panels of equal size. Every panel has its own
 * OrbitControls (so that zooming follows the pointer inside that panel), all of them on one camera and one target.
 * In 2D the left button pans and the right one turns; in 3D the other way round.
 */
export class LinkedCamera {
  readonly camera = new OrthographicCamera(-1, 1, 1, -1, 0.01, 100);
  private readonly target = new Vector3();
  private readonly controls = new Map<HTMLElement, OrbitControls>();
  /** Of the surface framed last; zero before the first. */
  private halfExtent: readonly [number, number, number] = [0, 0, 0];
  private dimension: 2 | 3 = 2;
  private aspect = 1;

  constructor(private readonly onChange: () => void) {}

  /** Replaces the panels that the user can move the camera from. */
  attach(panels: readonly HTMLElement[]): void {
    for (const [panel, controls] of this.controls) {
      if (panels.includes(panel)) continue;
      controls.dispose();
      this.controls.delete(panel);
    }
    for (const panel of panels)
      if (!this.controls.has(panel)) this.controls.set(panel, this.createControls(panel));
  }

  /** Frames a surface; keeps the view when one of the same kind and extent was framed before. */
  frame(surface: Surface): void {
    const same =
      surface.dimension === this.dimension &&
      surface.halfExtent.every((half, axis) => Math.abs(half - this.halfExtent[axis]) < 1e-6);
    const sameDimension = surface.dimension === this.dimension;
    this.dimension = surface.dimension;
    this.halfExtent = surface.halfExtent;
    if (!same) this.reset();
    if (sameDimension) return;
    // OrbitControls reads the up direction once, when it is made
    const panels = [...this.controls.keys()];
    this.attach([]);
    this.attach(panels);
  }

  resize(aspect: number): void {
    this.aspect = aspect;
    this.project();
  }

  /** Whole body in view: from above in 2D, obliquely in 3D. */
  reset(): void {
    const { camera } = this;
    this.target.set(0, 0, 0);
    camera.up.set(0, this.dimension === 2 ? 1 : 0, this.dimension === 2 ? 0 : 1);
    if (this.dimension === 2) camera.position.set(0, 0, 10);
    else camera.position.set(1, -1.6, 0.9).setLength(10);
    camera.zoom = 1;
    camera.lookAt(this.target);
    this.project();
    this.onChange();
  }

  zoomBy(factor: number): void {
    this.camera.zoom *= factor;
    this.project();
    this.onChange();
  }

  private project(): void {
    const [x, y, z] = this.halfExtent;
    const radius = Math.hypot(x, y, z);
    const needed = this.dimension === 2 ? Math.max(y, x / this.aspect) : radius / Math.min(1, this.aspect);
    const halfHeight = margin * needed;
    this.camera.top = halfHeight;
    this.camera.bottom = -halfHeight;
    this.camera.right = halfHeight * this.aspect;
    this.camera.left = -halfHeight * this.aspect;
    this.camera.updateProjectionMatrix();
  }

  private createControls(panel: HTMLElement): OrbitControls {
    const controls = new OrbitControls(this.camera, panel);
    controls.target = this.target;
    controls.zoomToCursor = true;
    controls.minZoom = 0.2;
    controls.maxZoom = 2000;
    controls.listenToKeyEvents(panel);
    const flat = this.dimension === 2;
    controls.mouseButtons = {
      LEFT: flat ? MOUSE.PAN : MOUSE.ROTATE,
      MIDDLE: MOUSE.DOLLY,
      RIGHT: flat ? MOUSE.ROTATE : MOUSE.PAN,
    };
    controls.touches = { ONE: flat ? TOUCH.PAN : TOUCH.ROTATE, TWO: TOUCH.DOLLY_PAN };
    controls.addEventListener('change', this.onChange);
    return controls;
  }
}
