import CameraControls from 'camera-controls';
import {
  Box3,
  Matrix4,
  OrthographicCamera,
  PerspectiveCamera,
  Quaternion,
  Raycaster,
  Sphere,
  Spherical,
  Vector2,
  Vector3,
  Vector4,
} from 'three';

CameraControls.install({
  THREE: { Box3, Matrix4, Quaternion, Raycaster, Sphere, Spherical, Vector2, Vector3, Vector4 },
});

const MARGIN = 1.07;
const FIELD_OF_VIEW = 30;
const HALF_FIELD = (FIELD_OF_VIEW * Math.PI) / 360;
/** Seconds that a turn of the camera takes to settle. */
const SETTLING = 0.09;

export type Projection = 'orthographic' | 'perspective';

/** Where the camera is; null for the view that shows everything. */
export interface Pose {
  readonly position: readonly [number, number, number] | null;
  readonly target: readonly [number, number, number];
  readonly zoom: number;
}

const FITTING: Pose = { position: null, target: [0, 0, 0], zoom: 1 };

/** Directions to look from, by name. */
export const VIEW_DIRECTIONS = {
  '+x': [1, 0, 0],
  '-x': [-1, 0, 0],
  '+y': [0, 1, 0],
  '-y': [0, -1, 0],
  '+z': [0, 0, 1],
  '-z': [0, 0, -1],
  corner: [1, -1.6, 0.9],
} as const;
export type ViewDirection = keyof typeof VIEW_DIRECTIONS;

/**
 * One camera for all panels, moved from any of them: the controls listen to the panel that the pointer is over. z is up. In 2D
 * the left button pans and the right one turns; in 3D the other way round.
 */
export class ViewCamera {
  private readonly cameras = {
    orthographic: new OrthographicCamera(-1, 1, 1, -1, 0.01, 100),
    perspective: new PerspectiveCamera(FIELD_OF_VIEW, 1, 0.01, 100),
  };
  private projection: Projection = 'orthographic';
  private readonly controls: CameraControls;
  private readonly listening = new Set<HTMLElement>();
  private connected?: HTMLElement;
  private halfExtent: readonly number[] = [0.5, 0.5, 0.5];
  private dimension: 2 | 3 = 3;
  private aspect = 1;
  private moved = false;
  /** Whether the camera is where a reset put it: then it fits the body into a panel of another shape too. */
  private untouched = true;
  private lastUpdate = 0;

  constructor(
    private readonly reducedMotion: () => boolean,
    /** Called when the camera has to be drawn again */
    private readonly onChange: () => void,
    /** Called when a person has moved the camera, with where it comes to rest */
    private readonly onMoved: (pose: Pose) => void,
  ) {
    for (const camera of Object.values(this.cameras)) camera.up.set(0, 0, 1);
    this.controls = new CameraControls(this.cameras.orthographic);
    this.controls.dollyToCursor = true;
    this.controls.minZoom = 0.2;
    this.controls.maxZoom = 5000;
    this.controls.minDistance = 0.02;
    this.controls.maxDistance = 50;
    for (const event of ['controlstart', 'control', 'transitionstart'] as const)
      this.controls.addEventListener(event, () => {
        this.moved = true;
        if (event !== 'transitionstart') this.untouched = false;
        this.onChange();
      });
    this.setActions();
  }

  get camera(): OrthographicCamera | PerspectiveCamera {
    return this.cameras[this.projection];
  }

  /** The panels that the camera can be moved from. */
  attach(panels: readonly HTMLElement[]): void {
    for (const panel of panels) {
      if (this.listening.has(panel)) continue;
      this.listening.add(panel);
      const connect = () => this.connect(panel);
      panel.addEventListener('pointerenter', connect);
      panel.addEventListener('focus', connect);
      // a finger is there at once
      panel.addEventListener('pointerdown', connect, { capture: true });
    }
    if (panels.length > 0 && (!this.connected || !panels.includes(this.connected))) this.connect(panels[0]);
  }

  /** Frames a body; keeps the view if one of the same kind and extent was framed before. */
  frame(dimension: 2 | 3, halfExtent: readonly number[]): void {
    const same =
      dimension === this.dimension &&
      halfExtent.every((half, axis) => Math.abs(half - this.halfExtent[axis]) < 1e-6);
    this.dimension = dimension;
    this.halfExtent = halfExtent;
    this.setActions();
    this.project();
    if (!same) this.reset(false);
  }

  setProjection(projection: Projection): void {
    if (projection === this.projection) return;
    const pose = this.pose();
    this.projection = projection;
    this.controls.camera = this.camera;
    this.setActions();
    this.project();
    const { position, target } = pose;
    const direction = new Vector3(...position!).sub(new Vector3(...target));
    const distance = projection === 'perspective' ? this.fittingDistance() : 10;
    direction.setLength(distance);
    this.controls.setLookAt(
      target[0] + direction.x,
      target[1] + direction.y,
      target[2] + direction.z,
      ...target,
      false,
    );
    this.controls.zoomTo(1, false);
    this.onChange();
  }

  resize(aspect: number): void {
    if (!(aspect > 0) || Math.abs(aspect - this.aspect) < 1e-9) return;
    this.aspect = aspect;
    this.project();
    if (this.untouched) this.reset(false);
  }

  /** The whole body: from above in 2D, obliquely in 3D. */
  reset(animated = true): void {
    this.lookFrom(this.dimension === 2 ? '+z' : 'corner', animated);
    this.untouched = true;
  }

  lookFrom(direction: ViewDirection, animated = true): void {
    const move = animated && !this.reducedMotion();
    const position = new Vector3(...VIEW_DIRECTIONS[direction]).normalize();
    const halfHeight = this.seenHalfHeight(position);
    const fitting = this.fittingHalfHeight();
    if (this.projection === 'orthographic') position.setLength(10);
    // the near side of the body is nearer than its middle
    else position.setLength(halfHeight / Math.tan(HALF_FIELD) + Math.hypot(...this.halfExtent));
    // straight from above the camera needs to know where up is on the screen
    if (position.x === 0 && position.y === 0) position.y = -1e-6;
    this.controls.normalizeRotations();
    this.controls.setLookAt(position.x, position.y, position.z, 0, 0, 0, move);
    this.controls.zoomTo(this.projection === 'orthographic' ? fitting / halfHeight : 1, move);
    this.untouched = false;
    this.moved = animated;
    this.onChange();
  }

  /** By hundredths of the panel to the right and down, turned about the target or moved along. */
  nudge(right: number, down: number, pan: boolean): void {
    this.untouched = false;
    const animated = !this.reducedMotion();
    if (pan) {
      const { top, bottom, zoom } = this.cameras.orthographic;
      const height =
        this.projection === 'orthographic'
          ? (top - bottom) / zoom
          : 2 * this.controls.distance * Math.tan(HALF_FIELD);
      this.controls.truck((right * height) / 100, (down * height) / 100, animated);
    } else this.controls.rotate((right * Math.PI) / 200, (down * Math.PI) / 200, animated);
    this.moved = true;
    this.onChange();
  }

  zoomBy(factor: number): void {
    this.untouched = false;
    const animated = !this.reducedMotion();
    if (this.projection === 'orthographic') this.controls.zoomTo(this.camera.zoom * factor, animated);
    else this.controls.dollyTo(this.controls.distance / factor, animated);
    this.moved = true;
    this.onChange();
  }

  /** Turns to a place without coming nearer. */
  lookAt(place: readonly number[]): void {
    this.untouched = false;
    this.controls.moveTo(place[0], place[1], place[2], !this.reducedMotion());
    this.moved = true;
    this.onChange();
  }

  /** Puts the camera where it was, seen as it was: another projection afterwards would move it. */
  setPose({ projection, position, target, zoom }: Pose & { readonly projection: Projection }): void {
    this.setProjection(projection);
    if (!position) {
      this.reset(false);
      return;
    }
    this.controls.setLookAt(...position, ...target, false);
    this.controls.zoomTo(zoom, false);
    this.untouched = false;
    this.moved = false;
    this.onChange();
  }

  /** Where the camera comes to rest. */
  pose(): Pose {
    const position = this.controls.getPosition(new Vector3(), true);
    const target = this.controls.getTarget(new Vector3(), true);
    return { position: position.toArray(), target: target.toArray(), zoom: this.camera.zoom };
  }

  /** Moves on by the time that has passed; true while there is more to come. */
  update(time: number): boolean {
    const still = this.reducedMotion();
    this.controls.smoothTime = still ? 0 : SETTLING;
    this.controls.draggingSmoothTime = still ? 0 : SETTLING / 2;
    const delta = Math.min(0.1, Math.max(0.001, (time - this.lastUpdate) / 1000));
    this.lastUpdate = time;
    const changing = this.controls.update(delta);
    if (!changing && this.moved) {
      this.moved = false;
      this.onMoved(this.untouched ? FITTING : this.pose());
    }
    return changing;
  }

  private connect(panel: HTMLElement): void {
    if (this.connected === panel || this.controls.currentAction !== CameraControls.ACTION.NONE) return;
    if (this.connected) this.controls.disconnect();
    this.controls.connect(panel);
    this.connected = panel;
  }

  private setActions(): void {
    const { ACTION } = CameraControls;
    const flat = this.dimension === 2;
    const wheel = this.projection === 'orthographic' ? ACTION.ZOOM : ACTION.DOLLY;
    this.controls.mouseButtons = {
      left: flat ? ACTION.TRUCK : ACTION.ROTATE,
      right: flat ? ACTION.ROTATE : ACTION.TRUCK,
      middle: wheel,
      wheel,
    };
    const two = this.projection === 'orthographic' ? ACTION.TOUCH_ZOOM_TRUCK : ACTION.TOUCH_DOLLY_TRUCK;
    this.controls.touches = {
      one: flat ? ACTION.TOUCH_TRUCK : ACTION.TOUCH_ROTATE,
      two,
      three: flat ? ACTION.TOUCH_ROTATE : ACTION.TOUCH_TRUCK,
    };
  }

  private fittingDistance(): number {
    return this.fittingHalfHeight() / Math.sin(HALF_FIELD);
  }

  /** Half the height of what is seen at zoom 1: the body from any side. */
  private fittingHalfHeight(): number {
    return (MARGIN * Math.hypot(...this.halfExtent)) / Math.min(1, this.aspect);
  }

  /** Half the height needed to see the whole body from a direction. */
  private seenHalfHeight(direction: Vector3): number {
    const across = new Vector3(0, 0, 1).cross(direction);
    if (across.length() < 1e-9) across.set(1, 0, 0);
    across.normalize();
    const up = direction.clone().cross(across);
    const reach = (axis: Vector3) =>
      this.halfExtent.reduce((sum, half, k) => sum + half * Math.abs(axis.getComponent(k)), 0);
    return MARGIN * Math.max(reach(up), reach(across) / this.aspect);
  }

  private project(): void {
    const { orthographic, perspective } = this.cameras;
    const half = this.fittingHalfHeight();
    orthographic.top = half;
    orthographic.bottom = -half;
    orthographic.right = half * this.aspect;
    orthographic.left = -half * this.aspect;
    perspective.aspect = this.aspect;
    orthographic.updateProjectionMatrix();
    perspective.updateProjectionMatrix();
    this.onChange();
  }
}
